using System.Text;
using KdCluster.Learning.Checkpoints;

namespace KdCluster.Learning.Onnx;

/// <summary>A folder with a model as ONNX and what it needs to be used: <c>model.onnx</c>, <c>config.json</c> with its labels, and the tokenizer or the form of the images.</summary>
internal static class OnnxFolder
{
    /// <summary>Whether a folder holds a model as ONNX, and no weights that would be read instead.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, OnnxExport.FileName))
        && !File.Exists(Path.Combine(folder, CheckpointFiles.Weights)) && !File.Exists(Path.Combine(folder, CheckpointFiles.WeightIndex));

    /// <summary>The files that <see cref="Write"/> writes of a checkpoint.</summary>
    public static IEnumerable<string> FilesOf(Checkpoint checkpoint) => [CheckpointFiles.Config, OnnxExport.FileName, .. checkpoint.Encoder.Files.Select(f => f.Name), CheckpointFiles.Card];

    /// <summary>Writes a checkpoint as such a folder.</summary>
    /// <param name="folder">Made, or replaced as a whole.</param>
    /// <param name="checkpoint">The model.</param>
    /// <returns>The names of the outputs that were written.</returns>
    /// <exception cref="KdException"><c>KD1240</c>: it cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, Checkpoint checkpoint)
    {
        OnnxExport.Require(checkpoint);
        IReadOnlyList<string> outputs = [];
        var config = new CheckpointConfig(checkpoint.Model.Shape, checkpoint.Labels, checkpoint.Info);
        AtomicFolder.Write(folder,
        [
            (CheckpointFiles.Config, stream => stream.Write(config.ToBytes())),
            (OnnxExport.FileName, stream => outputs = OnnxExport.Write(stream, checkpoint)),
            .. checkpoint.Encoder.Files.Select(f => (f.Name, (Action<Stream>)(stream => stream.Write(f.Bytes)))),
            (CheckpointFiles.Card, stream => stream.Write(Encoding.UTF8.GetBytes(ModelCard.Write(config, checkpoint.Model.ParameterCount, checkpoint.Encoder)))),
        ]);
        return outputs;
    }
}
