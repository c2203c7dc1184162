using System.Buffers.Binary;
using System.Text.Json;

namespace KdCluster.Learning.Checkpoints;

/// <summary>Writes safetensors files: the same tensors give the same bytes.</summary>
public static class SafeTensorsWriter
{
    /// <summary>Writes tensors in the order given; the header is padded with spaces so that the data begins at a multiple of 8 bytes.</summary>
    /// <param name="stream">Written from its position on; left open.</param>
    /// <param name="tensors">Names distinct; data as long as shape and type say.</param>
    /// <param name="metadata">Notes for the header; null for none.</param>
    /// <exception cref="ArgumentException">A name appears twice, or data does not fit its shape.</exception>
    public static void Write(Stream stream, IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        Check(tensors);
        byte[] header = Header(tensors, metadata);
        Span<byte> prefix = stackalloc byte[8];
        int padded = (header.Length + 7) / 8 * 8;
        BinaryPrimitives.WriteInt64LittleEndian(prefix, padded);
        stream.Write(prefix);
        stream.Write(header);
        stream.Write("       "u8[..(padded - header.Length)]);
        foreach (SafeTensor tensor in tensors)
            stream.Write(tensor.Data.Span);
    }

    private static void Check(IReadOnlyList<SafeTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        foreach (SafeTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"the tensor name '{tensor.Name}' is taken.", nameof(tensors));
            long bytes = tensor.Shape.Aggregate((long)SafeTensorInfo.SizeOf(tensor.Type), (product, size) => checked(product * size));
            if (bytes != tensor.Data.Length)
                throw new ArgumentException($"tensor '{tensor.Name}' has {tensor.Data.Length} bytes where its shape takes {bytes}.", nameof(tensors));
        }
    }

    private static byte[] Header(IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var header = new MemoryStream();
        using var json = new Utf8JsonWriter(header);
        json.WriteStartObject();
        if (metadata is not null)
        {
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        long at = 0;
        foreach (SafeTensor tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type.ToString());
            WriteNumbers(json, "shape", tensor.Shape);
            WriteNumbers(json, "data_offsets", [at, at + tensor.Data.Length]);
            json.WriteEndObject();
            at += tensor.Data.Length;
        }
        json.WriteEndObject();
        json.Flush();
        return header.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
