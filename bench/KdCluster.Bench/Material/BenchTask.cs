using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Bench;

/// <summary>A made-up classification task of the size that short texts have. Nobody learns anything from it; it takes as long as a real one.</summary>
internal sealed class BenchTask
{
    public const int Classes = 14;
    public const int MaxLength = 48;
    private const int Words = 8000;

    public Tokenizer Tokenizer { get; } =
        WordTokenizer.Build(Enumerable.Range(0, 2 * Words).Select(i => new TextRow($"w{i % Words}", null, 0)), Words, MaxLength);

    public LabelSpace Labels { get; } = new([.. Enumerable.Range(0, Classes).Select(c => $"class-{c}")]);

    /// <summary>Rows of 6 to 40 tokens, or all of one length; others for another seed.</summary>
    public EncodedSplit Rows(int count, int seed, int? length = null)
    {
        var random = new Random(seed);
        return new EncodedSplit(
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length ?? random.Next(6, 41)).Select(_ => random.Next(4, Tokenizer.Vocabulary)).ToArray())],
            [.. Enumerable.Range(0, count).Select(_ => random.Next(Classes))]);
    }

    /// <summary>A training of one epoch without anything that is not training: no report, no line of metrics but the first, one row of validation.</summary>
    public TrainingJob Job(ModelSpec student, EncodedSplit rows, ISoftTargetSource? softTargets, string weighting, string folder) => new()
    {
        Model = student,
        Training = new TrainingSpec { Epochs = 1, CheckpointEvery = 0 },
        Weighting = new WeightingSpec { Kind = weighting, Reward = "r2", StudentWarmup = 0, PolicyWarmup = 0 },
        Seed = 1,
        Train = rows,
        Validation = new EncodedSplit([rows.Views[0]], rows.Labels[..1]),
        SoftTargets = softTargets,
        Encoder = Tokenizer,
        Labels = Labels,
        Folder = folder,
        Info = new CheckpointInfo { Name = "bench" },
        MetricsEvery = int.MaxValue,
        ProgressEvery = TimeSpan.FromDays(1),
    };
}
