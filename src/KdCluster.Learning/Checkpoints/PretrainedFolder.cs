using KdCluster.Learning.Checkpoints.Published;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Checkpoints;

/// <summary>A folder with a published model that a training begins with: <see cref="ModelSpec.Pretrained"/>.</summary>
/// <param name="Path">A folder in the Hugging Face layout.</param>
public sealed record PretrainedFolder(string Path)
{
    /// <summary>The folder that a model begins with; null: its weights are drawn.</summary>
    public static PretrainedFolder? Of(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Pretrained is { } path ? new PretrainedFolder(path) : null;
    }

    /// <summary>The shape of a model that begins with it.</summary>
    /// <param name="spec">Its kind and its dropout; the sizes are the folder's.</param>
    /// <param name="classes">Number of classes; 1: a score.</param>
    /// <exception cref="KdException"><c>KD1217</c>: the folder's model is of another kind; <c>KD1202</c>, <c>KD1204</c>, <c>KD1215</c>: it cannot be read.</exception>
    public ModelShape ShapeOf(ModelSpec spec, int classes)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ModelShape shape = Checkpoint.ReadConfig(Path).Shape;
        return shape.Spec.Kind == spec.Kind
            ? shape with { Spec = shape.Spec with { Dropout = spec.Dropout }, Classes = classes }
            : throw new KdException("KD1217", $"the folder holds a {shape.Spec.Kind}, and the model is a {spec.Kind}.", Path, $"Give the kind {shape.Spec.Kind}, or another folder.");
    }

    /// <summary>The folder's tokenizer.</summary>
    /// <exception cref="KdException"><c>KD1202</c>, <c>KD1207</c>: it cannot be read; <c>KD1204</c>: it does not fit the model.</exception>
    public InputEncoder ReadEncoder()
    {
        CheckpointConfig config = Checkpoint.ReadConfig(Path);
        InputEncoder encoder = Checkpoint.ReadEncoder(Path, config);
        Checkpoint.RequireFit(config, encoder, Path);
        return encoder;
    }

    /// <summary>Names all that it begins a training with: 64 hexadecimal digits.</summary>
    /// <exception cref="KdException">It cannot be read.</exception>
    public string Fingerprint()
    {
        CheckpointConfig config = Checkpoint.ReadConfig(Path);
        using ContentHash hash = new();
        hash.Add([CheckpointFingerprint.Compute(Path, OutputNames.Logits)[0], config.Labels.Hash, config.HasHead ? "head" : "base"]);
        return hash.End();
    }

    /// <summary>Puts its weights into a model of <see cref="ShapeOf"/>. The head is the folder's where it has one of the same labels; else its last layer stays as it was drawn.</summary>
    /// <returns>The weights that stay as they were drawn.</returns>
    /// <exception cref="KdException"><c>KD1202</c>, <c>KD1203</c>, <c>KD1204</c>, <c>KD1212</c>: they are missing, damaged, of other shapes or not finite.</exception>
    public IReadOnlyList<string> Load(Model model, LabelSpace labels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        using WeightFiles weights = WeightFiles.OpenFolder(Path);
        if (!KeepsHead(labels))
            return PublishedBase.Load(model, weights);
        Checkpoint.ReadWeights(model, weights, Checkpoint.TensorsOf(model, weights));
        return [];
    }

    /// <summary>Makes the model in full and throws it away: whatever cannot be read is told before a training starts.</summary>
    /// <returns>The outputs and parts of the model, and the weights that <see cref="Load"/> leaves as they were drawn.</returns>
    /// <exception cref="KdException">As <see cref="ShapeOf"/>, <see cref="ReadEncoder"/> and <see cref="Load"/>.</exception>
    public (IReadOnlyList<(string Name, OutputShape Shape)> Outputs, IReadOnlyList<string> Parts, IReadOnlyList<string> Drawn) Try(ModelSpec spec, LabelSpace labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ModelShape shape = ShapeOf(spec, labels.Count);
        _ = ReadEncoder();
        using (WeightFiles weights = WeightFiles.OpenFolder(Path))
            Checkpoint.RequireRoom(shape, weights);
        using Model model = ModelFactory.Create(shape, seed: 0);
        model.Random?.Dispose();
        IReadOnlyList<string> drawn = Load(model, labels);
        return (model.Outputs, model.Parts, drawn);
    }

    /// <summary>One sentence where the folder has a head that a model of these labels does not begin with; else null.</summary>
    /// <exception cref="KdException">The folder's <c>config.json</c> cannot be read.</exception>
    public string? Warning(LabelSpace labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        CheckpointConfig config = Checkpoint.ReadConfig(Path);
        return !config.HasHead || config.Labels.Hash == labels.Hash ? null
            : $"The head of {Path} is for the labels {Shown(config.Labels)}, and those of the data are {Shown(labels)}: the last layer is drawn anew. If they mean the same, name them alike, in the same order (data.labels).";

        static string Shown(LabelSpace labels) => $"[{string.Join(", ", labels.Names.Take(4))}{(labels.Count > 4 ? $", … {labels.Count} in all" : "")}]";
    }

    /// <summary>Whether a model of these labels has the folder's head.</summary>
    internal bool KeepsHead(LabelSpace labels)
    {
        CheckpointConfig config = Checkpoint.ReadConfig(Path);
        return config.HasHead && config.Labels.Hash == labels.Hash;
    }
}
