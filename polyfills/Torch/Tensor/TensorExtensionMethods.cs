using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>Reading one value, and tensors on a stream.</summary>
public static class TensorExtensionMethods
{
    public static Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    public static float ToSingle(this torch.Tensor value) => (float)value.ToScalar().AsDouble;

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().AsDouble;

    public static Half ToHalf(this torch.Tensor value) => (Half)value.ToScalar().AsDouble;

    public static sbyte ToSByte(this torch.Tensor value) => (sbyte)value.ToScalar().AsLong;

    public static byte ToByte(this torch.Tensor value) => (byte)value.ToScalar().AsLong;

    public static short ToInt16(this torch.Tensor value) => (short)value.ToScalar().AsLong;

    public static int ToInt32(this torch.Tensor value) => (int)value.ToScalar().AsLong;

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().AsLong;

    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().AsLong != 0;

    public static int ElementSize(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 => 8,
        _ => throw new NotImplementedException($"the size of {type}"),
    };

    /// <summary>Writes element type, shape and bytes; <see cref="Load(torch.Tensor, BinaryReader, bool)"/> reads them.</summary>
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        using var dense = tensor.is_cpu() && tensor.is_contiguous() ? tensor.alias() : tensor.detach().cpu().contiguous();
        writer.Write7BitEncodedInt64((int)dense.dtype);
        writer.Write7BitEncodedInt64(dense.Dimensions);
        foreach (long size in dense.shape)
            writer.Write7BitEncodedInt64(size);
        writer.Write(dense.bytes);
    }

    /// <summary>Reads into a tensor of the same element type and shape, or passes over the bytes.</summary>
    public static unsafe void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var type = (torch.ScalarType)reader.Read7BitEncodedInt64();
        var shape = new long[reader.Read7BitEncodedInt64()];
        long elements = 1;
        for (int d = 0; d < shape.Length; d++)
            elements *= shape[d] = reader.Read7BitEncodedInt64();
        byte[] data = reader.ReadBytes(checked((int)(elements * type.ElementSize())));
        if (skip)
            return;
        if (type != tensor.dtype)
            throw new ArgumentException($"Mismatched tensor data types while loading. Make sure that the model you are loading into is exactly the same as the origin. Read {type}, expected {tensor.dtype}.");
        if (!shape.AsSpan().SequenceEqual(tensor.shape))
            throw new ArgumentException($"Mismatched tensor shape while loading. Make sure that the model you are loading into is exactly the same as the origin. Read [{string.Join(", ", shape)}], expected [{string.Join(", ", tensor.shape)}].");
        fixed (byte* p = data)
            tensor.FromHost(p, data.Length);
    }
}
