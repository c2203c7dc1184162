using System.Text.Json;

namespace KdCluster.Learning.Checkpoints;

/// <summary>The JSON header of a safetensors file, checked: tensors follow one another without gap or overlap and fill the rest of the file.</summary>
internal static class SafeTensorsHeader
{
    /// <summary>Bytes a header may have; the limit of the format's own library.</summary>
    public const long Longest = 100_000_000;

    private const string MetadataKey = "__metadata__";

    /// <summary>Reads a header.</summary>
    /// <param name="header">The JSON, maybe padded with spaces.</param>
    /// <param name="dataLength">Bytes of the file after the header.</param>
    /// <param name="where">File, for messages.</param>
    /// <returns>Tensors in the order of their bytes, and the file's own notes.</returns>
    /// <exception cref="KdException"><c>KD1203</c>: anything is not as the format says.</exception>
    public static (List<SafeTensorInfo> Tensors, Dictionary<string, string> Metadata) Parse(byte[] header, long dataLength, string where)
    {
        var tensors = new List<SafeTensorInfo>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (header.Length == 0 || header[0] != '{')
            throw Refuse("its header does not begin with '{'", where);
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                if (entry.NameEquals(MetadataKey))
                {
                    foreach (JsonProperty note in entry.Value.EnumerateObject())
                        metadata.Add(note.Name, note.Value.GetString() ?? throw Refuse($"its note '{note.Name}' is no text", where));
                }
                else
                {
                    tensors.Add(Tensor(entry.Name, entry.Value, where));
                }
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Refuse($"its header is damaged: {e.Message}", where, e);
        }
        tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.Length.CompareTo(b.Length));
        CheckLayout(tensors, dataLength, where);
        return (tensors, metadata);
    }

    public static KdException Refuse(string why, string where, Exception? inner = null)
        => new("KD1203", $"not a sound safetensors file: {why}.", where, "Use a complete copy of the file.", inner);

    private static SafeTensorInfo Tensor(string name, JsonElement entry, string where)
    {
        string place = $"{where}, tensor {name}";
        string typeName = entry.GetProperty("dtype").GetString() ?? "";
        if (!Enum.TryParse(typeName, out SafeTensorType type) || type.ToString() != typeName)
            throw Refuse($"element type '{typeName}' is unknown", place);
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        JsonElement offsets = entry.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2 || entry.GetPropertyCount() != 3)
            throw Refuse("its entry is not dtype, shape and two data_offsets", place);
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (begin < 0 || end < begin || shape.Any(size => size < 0))
            throw Refuse("a size or an offset is negative", place);
        UInt128 bytes = (UInt128)SafeTensorInfo.SizeOf(type);
        foreach (long size in shape)
        {
            bytes *= (UInt128)size;
            if (bytes > long.MaxValue)
                throw Refuse("its shape is too large", place);
        }
        return bytes == (UInt128)(end - begin)
            ? new SafeTensorInfo(name, type, shape, begin, end - begin)
            : throw Refuse($"shape [{string.Join(", ", shape)}] of {type} takes {bytes} bytes, its offsets hold {end - begin}", place);
    }

    private static void CheckLayout(List<SafeTensorInfo> tensors, long dataLength, string where)
    {
        long at = 0;
        foreach (SafeTensorInfo tensor in tensors)
        {
            if (tensor.Begin != at)
                throw Refuse($"there is {(tensor.Begin < at ? "an overlap" : "a gap")} at byte {Math.Min(tensor.Begin, at)} of the data", $"{where}, tensor {tensor.Name}");
            at += tensor.Length;
        }
        if (at != dataLength)
            throw Refuse($"its tensors take {at} bytes, and {dataLength} follow the header", where);
    }
}
