using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Training;

namespace KdCluster.Tests.Regression;

/// <summary>A made-up regression: the score of a text is 3 and the sum of what its words weigh.</summary>
internal sealed class ScoreCase : IDisposable
{
    private const int Words = 40;
    private readonly float[] _truth;

    public ScoreCase(int rows, double noise = 0.5)
    {
        List<TextRow> train = Make(rows, 1, noise), validation = Make(100, 2, 0);
        _truth = [.. Make(rows, 1, 0).Select(r => r.Score)];
        Tokenizer = WordTokenizer.Build(train, 1000, 24);
        (Train, Validation) = (Encode(train), Encode(validation));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("kd-score-").FullName;

    public Tokenizer Tokenizer { get; }

    public EncodedSplit Train { get; }

    public EncodedSplit Validation { get; }

    public TrainingJob Job(string name, FakeSoftTargets? teachers = null, string weighting = "uniform") => new()
    {
        Model = new ModelSpec { Kind = "bag-of-embeddings", Embedding = 16, Hidden = 16, Dropout = 0.1 },
        Training = new TrainingSpec { Epochs = 3, BatchSize = 16, LearningRate = 0.02, CheckpointEvery = 7 },
        Objective = new ObjectiveSpec { Alpha = 0.8 },
        Weighting = new WeightingSpec { Kind = weighting },
        Select = "pearson",
        Seed = 5,
        Train = Train,
        Validation = Validation,
        SoftTargets = teachers,
        Encoder = Tokenizer,
        Labels = LabelSpace.Score,
        Folder = Path.Combine(Folder, name),
        Info = new CheckpointInfo { Name = name },
        MetricsEvery = 3,
    };

    /// <summary>Teachers that know the truth, each off by its number.</summary>
    public FakeSoftTargets Teachers(int count = 2) => new(count, 4, Tokenizer, LabelSpace.Score, (k, row) => [_truth[row] + k], _ => new float[4]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private EncodedSplit Encode(List<TextRow> rows) => new([.. rows.Select(r => Tokenizer.Encode(r.Text))], new int[rows.Count]) { Scores = [.. rows.Select(r => r.Score)] };

    private static List<TextRow> Make(int rows, long seed, double noise)
    {
        var made = new List<TextRow>();
        for (int i = 0; i < rows; i++)
        {
            int[] words = [.. Enumerable.Range(0, 4 + CounterRandom.Below(6, seed, RandomStream.Batches, i)).Select(w => CounterRandom.Below(Words, seed, RandomStream.Teacher, i, w))];
            double score = 3 + words.Average(w => (w - (Words / 2.0)) / 5) + (noise * (CounterRandom.Unit(seed, RandomStream.Dropout, i) - 0.5));
            made.Add(new TextRow(string.Join(' ', words.Select(w => $"w{w}")), null, 0) { Score = (float)score });
        }

        return made;
    }
}
