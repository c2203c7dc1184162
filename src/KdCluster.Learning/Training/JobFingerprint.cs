using System.Runtime.InteropServices;
using System.Text.Json;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Training;

/// <summary>What decides a training's result, as one hash, so that a folder of another training is not continued by mistake.</summary>
internal static class JobFingerprint
{
    private const string Version = "kdcluster-training-1";

    public static string Of(TrainingJob job)
    {
        using ContentHash hash = new();
        var optimisation = job.Training with { Seeds = [], CheckpointEvery = 0, Prefetch = 0, Device = job.Training.Device.Split(':')[0] };
        hash.Add(JsonSerializer.SerializeToUtf8Bytes(new
        {
            Version,
            Model = job.Model with { Pretrained = null },
            optimisation,
            job.Seed,
            job.ValidateEvery,
            job.MetricsEvery,
            Objective = job.SoftTargets is null && job.Objective.Terms is null ? null : job.Objective,
            Weighting = job.SoftTargets is null ? null : job.Weighting with { From = null },
            Teachers = job.SoftTargets?.Teachers.Select(t => t.Outputs.Where(o => OutputNameJson.Number(o.Output) > 0).Select(o => o.Set()).ToArray()).ToArray(),
            Tokenizer = job.Encoder.Hash,
            Labels = job.Labels.Hash,
        }));
        // Added where it is given alone, so that trainings of earlier versions keep their fingerprint.
        if (job.First is not null || job.AverageTeacher is not null || job.Select != "accuracy")
            hash.Add(JsonSerializer.SerializeToUtf8Bytes(new { First = job.First?.Fingerprint(), job.AverageTeacher, job.AverageDecay, job.Select }));
        // Where the folder is decides nothing.
        if (PretrainedFolder.Of(job.Model) is { } pretrained)
            hash.Add(pretrained.Fingerprint());
        if (job.Loop is { Kind: not LoopSpec.Supervised } loop)
            hash.Add(JsonSerializer.SerializeToUtf8Bytes(loop));
        if (job.SoftTargets?.Teachers.Select(t => t.Outputs.Where(o => o.Output is OutputNames.Score or OutputNames.TokenLogits).Select(o => o.Set()).ToArray()).ToArray() is { } scores && scores.Any(s => s.Length > 0))
            hash.Add(JsonSerializer.SerializeToUtf8Bytes(scores));
        if (job.Encoder.ShapeOf(job.Model, job.Labels.Count).Image is { } image)
            hash.Add(image.ToString());
        if (job.Augmentation is { } augmentation)
            hash.Add(augmentation.Description);
        Append(hash, job.Train);
        Append(hash, job.Validation);
        if (job.Learned is { } learned)
            hash.Add(learned.Fingerprint);
        return hash.End();
    }

    private static void Append(ContentHash hash, EncodedSplit split)
    {
        hash.Add(split.Count);
        hash.Add(MemoryMarshal.AsBytes<int>(split.Labels));
        if (split.Scores is { } scores)
            hash.Add(MemoryMarshal.AsBytes<float>(scores));
        foreach (InstanceView view in split.Views)
        {
            if (view.IsText && view.Types is null)
            {
                hash.Add(view.Length);
                hash.Add(MemoryMarshal.AsBytes<int>(view.Ids));
                continue;
            }

            foreach (NamedTensor tensor in view.Tensors)
            {
                hash.Add(tensor.Layout.ToString());
                hash.Add(tensor.Bytes.Length);
                hash.Add(tensor.Bytes.Span);
            }
        }
    }
}
