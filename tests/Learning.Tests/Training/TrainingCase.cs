using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;

namespace KdCluster.Tests.Training;

/// <summary>A made-up task: each class has words of its own among common ones, and a share of the training labels is wrong.</summary>
internal sealed class TrainingCase : IDisposable
{
    public const int Classes = 4;
    private const int WordsPerClass = 30, Common = 60;

    public TrainingCase(int rows, double wrongLabels = 0, int ownWords = 2)
    {
        var truth = new int[rows];
        var train = Make(rows, 1, wrongLabels, ownWords, truth);
        Truth = truth;
        var validation = Make(200, 2, 0, ownWords, new int[200]);
        Tokenizer = WordTokenizer.Build(train, 1000, 24);
        Train = Encode(train);
        Validation = Encode(validation);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("kd-training-").FullName;

    public Tokenizer Tokenizer { get; }

    public LabelSpace Labels { get; } = new(["a", "b", "c", "d"]);

    public EncodedSplit Train { get; }

    public EncodedSplit Validation { get; }

    /// <summary>The right class of each training row, whatever its label says.</summary>
    public int[] Truth { get; }

    public TrainingJob Job(string name, FakeSoftTargets? teachers = null, WeightingSpec? weighting = null) => new()
    {
        Model = new ModelSpec { Kind = "bag-of-embeddings", Embedding = 16, Hidden = 16, Dropout = 0.2 },
        Training = new TrainingSpec { Epochs = 2, BatchSize = 16, LearningRate = 0.01, CheckpointEvery = 7 },
        Objective = new ObjectiveSpec { Temperature = 2, Alpha = 0.8 },
        Weighting = weighting ?? new WeightingSpec(),
        Seed = 5,
        Train = Train,
        Validation = Validation,
        SoftTargets = teachers,
        Encoder = Tokenizer,
        Labels = Labels,
        Folder = Path.Combine(Folder, name),
        Info = new CheckpointInfo { Name = name },
        MetricsEvery = 3,
    };

    /// <summary>Teachers that know the truth, each a little differently sure; teacher 0 is never right when <paramref name="badFirst"/>.</summary>
    public FakeSoftTargets Teachers(int count = 3, bool badFirst = false, int failAt = int.MaxValue) => new(count, Classes, Tokenizer, Labels,
        (k, row) => [.. Enumerable.Range(0, Classes).Select(c => c == (Truth[row] + (badFirst && k == 0 ? 1 : 0)) % Classes ? 3 + (0.2f * k) : 0f)],
        row => [.. Enumerable.Range(0, Classes).Select(c => (float)CounterRandom.Unit(8, RandomStream.Rows, row, c))])
    {
        FailAt = failAt,
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private EncodedSplit Encode(List<TextRow> rows) => new([.. rows.Select(r => Tokenizer.Encode(r.Text))], [.. rows.Select(r => r.Label)]);

    private static List<TextRow> Make(int rows, long seed, double wrongLabels, int ownWords, int[] truth)
    {
        var made = new List<TextRow>();
        for (int i = 0; i < rows; i++)
        {
            truth[i] = CounterRandom.Below(Classes, seed, RandomStream.Rows, i);
            int length = 4 + CounterRandom.Below(14, seed, RandomStream.Batches, i);
            var words = new string[length];
            for (int w = 0; w < length; w++)
                words[w] = w < ownWords ? $"own{truth[i]}x{CounterRandom.Below(WordsPerClass, seed, RandomStream.Teacher, i, w)}" : $"common{CounterRandom.Below(Common, seed, RandomStream.Action, i, w)}";
            bool wrong = CounterRandom.Unit(seed, RandomStream.Dropout, i) < wrongLabels;
            int label = wrong ? CounterRandom.Below(Classes, seed, RandomStream.Dropout, i, 1) : truth[i];
            made.Add(new TextRow(string.Join(' ', words), null, label));
        }

        return made;
    }
}
