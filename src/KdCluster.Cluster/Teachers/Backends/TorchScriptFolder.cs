using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Onnx;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>A folder with a TorchScript file and what it needs to be used: <c>config.json</c>, and the tokenizer or the form of the images.</summary>
internal static class TorchScriptFolder
{
    private const string Usual = "model.pt";

    /// <summary>Whether a folder holds such a file, and no model that would be read instead.</summary>
    public static bool Is(string folder) => Files(folder).Length > 0 && !OnnxFolder.Is(folder)
        && !File.Exists(Path.Combine(folder, CheckpointFiles.Weights)) && !File.Exists(Path.Combine(folder, CheckpointFiles.WeightIndex));

    /// <summary>The file's name: <c>model.pt</c>, or else that of the only file that ends so.</summary>
    /// <exception cref="KdException"><c>KD1244</c>: there are several.</exception>
    public static string FileOf(string folder) => Files(folder) switch
    {
        var files when files.Contains(Usual) => Usual,
        [var only] => only,
        var files => throw new KdException("KD1244", $"there are {string.Join(", ", files.Order(StringComparer.Ordinal))}, and none is called {Usual}.", folder, $"Call the model's file {Usual}."),
    };

    private static string[] Files(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.pt").Select(f => Path.GetFileName(f))] : [];
}
