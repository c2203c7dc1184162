using System.Text.Json;

namespace KdCluster.Learning.Checkpoints;

/// <summary>The tensors of a checkpoint: one safetensors file, or the shards that an index names, as one.</summary>
internal sealed class WeightFiles : IDisposable
{
    private readonly IReadOnlyList<(string Path, SafeTensorsReader Reader)> _files;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    private WeightFiles(string where, IReadOnlyList<(string Path, SafeTensorsReader Reader)> files)
    {
        (Where, _files) = (where, files);
        for (int i = 0; i < files.Count; i++)
        {
            foreach (SafeTensorInfo tensor in files[i].Reader.Tensors)
                _places.TryAdd(tensor.Name, i);
        }
    }

    /// <summary>The file that names all tensors, for messages.</summary>
    public string Where { get; }

    /// <summary>All tensors, file by file.</summary>
    public IReadOnlyList<SafeTensorInfo> Tensors => [.. _files.SelectMany(f => f.Reader.Tensors)];

    /// <summary>Opens a file.</summary>
    /// <exception cref="KdException"><c>KD1202</c>: it is missing; <c>KD1203</c>: it is damaged.</exception>
    public static WeightFiles Open(string file) => new(file, [(file, SafeTensorsReader.Open(file))]);

    /// <summary>Opens the weights in a checkpoint's folder: <c>model.safetensors</c>, or the shards of <c>model.safetensors.index.json</c>.</summary>
    /// <exception cref="KdException"><c>KD1202</c>: a file is missing; <c>KD1203</c>: one is damaged, or the index does not say what the shards hold. All mistakes at once.</exception>
    public static WeightFiles OpenFolder(string folder)
    {
        string single = Path.Combine(folder, CheckpointFiles.Weights), index = Path.Combine(folder, CheckpointFiles.WeightIndex);
        return File.Exists(single) || !File.Exists(index) ? Open(single) : OpenShards(folder, index);
    }

    /// <summary>Where a tensor stands, for messages.</summary>
    public string WhereIs(SafeTensorInfo tensor) => $"{FileOf(tensor).Path}, tensor {tensor.Name}";

    /// <summary>As <see cref="SafeTensorsReader.ReadBytes"/>.</summary>
    public byte[] ReadBytes(SafeTensorInfo tensor) => FileOf(tensor).Reader.ReadBytes(tensor);

    /// <summary>As <see cref="SafeTensorsReader.ReadFloats"/>.</summary>
    public float[] ReadFloats(SafeTensorInfo tensor) => FileOf(tensor).Reader.ReadFloats(tensor);

    public void Dispose()
    {
        foreach ((_, SafeTensorsReader reader) in _files)
            reader.Dispose();
    }

    private (string Path, SafeTensorsReader Reader) FileOf(SafeTensorInfo tensor) => _files[_places[tensor.Name]];

    private static WeightFiles OpenShards(string folder, string index)
    {
        Dictionary<string, string> map = ReadIndex(index);
        var errors = new List<KdError>();
        var files = new List<(string Path, SafeTensorsReader Reader)>();
        try
        {
            foreach (string shard in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                try
                {
                    string path = Path.Combine(folder, shard);
                    files.Add((path, SafeTensorsReader.Open(path)));
                }
                catch (KdException e)
                {
                    errors.AddRange(e.Errors);
                }
            }

            if (errors.Count == 0)
                errors.AddRange(Disagreements(map, index, files));
            return errors.Count == 0 ? new WeightFiles(index, files) : throw new KdException(errors);
        }
        catch
        {
            files.ForEach(f => f.Reader.Dispose());
            throw;
        }
    }

    private static IEnumerable<KdError> Disagreements(Dictionary<string, string> map, string index, List<(string Path, SafeTensorsReader Reader)> files)
    {
        const string Whole = "Use a complete copy of the folder.";
        var held = files.SelectMany(f => f.Reader.Tensors.Select(t => (t.Name, File: Path.GetFileName(f.Path)))).ToLookup(t => t.Name, t => t.File, StringComparer.Ordinal);
        foreach (var tensor in held.Where(t => t.Count() > 1))
            yield return new KdError("KD1203", $"the tensor stands in {string.Join(" and ", tensor)}.", $"{index}, tensor {tensor.Key}", Whole);
        foreach ((string name, string shard) in map.Where(m => !held[m.Key].Contains(m.Value)))
            yield return new KdError("KD1203", $"the index says that the tensor stands in {shard}, and it does not.", $"{index}, tensor {name}", Whole);
        foreach (var tensor in held.Where(t => !map.ContainsKey(t.Key)))
            yield return new KdError("KD1203", $"the tensor stands in {tensor.First()}, and the index does not name it.", $"{index}, tensor {tensor.Key}", Whole);
    }

    private static Dictionary<string, string> ReadIndex(string index)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var map = json.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetString() ?? "", StringComparer.Ordinal);
            string? outside = map.Values.FirstOrDefault(shard => shard.Length == 0 || shard != Path.GetFileName(shard) || shard is "." or "..");
            return map.Count == 0 ? throw new FormatException("it names no tensor")
                : outside is not null ? throw new FormatException($"'{outside}' is not the name of a file beside it")
                : map;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new KdException("KD1203", $"not an index of safetensors files: {e.Message}", index, "Use a complete copy of the folder.", e);
        }
    }
}
