namespace KdCluster.Learning.Checkpoints;

/// <summary>The files of a checkpoint's folder, in the Hugging Face layout.</summary>
internal static class CheckpointFiles
{
    public const string Config = "config.json";
    public const string Weights = "model.safetensors";
    public const string WeightIndex = "model.safetensors.index.json";
    public const string Tokenizer = "tokenizer.json";
    public const string Card = "README.md";

    /// <summary>Reads one of them.</summary>
    /// <exception cref="KdException"><c>KD1202</c>: it is missing.</exception>
    public static byte[] Read(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path)
            ? File.ReadAllBytes(path)
            : throw new KdException("KD1202", Directory.Exists(folder) ? "the file is missing." : "there is no such checkpoint.", path, "A checkpoint is a folder with config.json, model.safetensors and tokenizer.json.");
    }
}
