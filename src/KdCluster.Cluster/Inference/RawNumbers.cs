using System.Buffers.Binary;
using Google.Protobuf;

namespace KdCluster.Cluster.Inference;

/// <summary>Numbers as raw contents: little-endian, one after the other.</summary>
internal static class RawNumbers
{
    public static ByteString Integers(int[] values, bool wide)
    {
        int size = wide ? sizeof(long) : sizeof(int);
        byte[] bytes = new byte[values.Length * size];
        for (int i = 0; i < values.Length; i++)
        {
            Span<byte> at = bytes.AsSpan(i * size, size);
            if (wide)
            {
                BinaryPrimitives.WriteInt64LittleEndian(at, values[i]);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(at, values[i]);
            }
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ByteString Floats(float[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    /// <summary>Numbers of a datatype of floats; null when the bytes are no whole number of them.</summary>
    public static float[]? Read(string datatype, ReadOnlySpan<byte> bytes)
    {
        int size = datatype switch { "FP16" => 2, "FP32" => 4, "FP64" => 8, _ => 0 };
        if (size == 0 || bytes.Length % size != 0)
        {
            return null;
        }

        float[] values = new float[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes[(i * size)..];
            values[i] = size switch
            {
                2 => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
                4 => BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }

        return values;
    }
}
