using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Data;

namespace KdCluster.Tests.Language;

/// <summary>A small language: sentences of few words, in a file.</summary>
internal sealed class LanguageCase : IDisposable
{
    private static readonly string[] Animals = ["cat", "dog", "owl"], Verbs = ["sees", "hears", "finds"];
    private readonly TemporaryFolder _folder = new();

    public LanguageCase(int maxLength = 16)
    {
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < 200; i++)
            text.Append(Animals[i * 7 % 3]).Append(' ').Append(Verbs[i * 5 % 11 % 3]).Append(" the ").Append(Animals[i * 3 % 7 % 3]).Append(".\n");
        File.WriteAllText(At("text.txt"), text.ToString());
        Spec = new DataSpec { Train = "text.txt", MaxLength = maxLength };
        Data = TaskRegistry.Find(TaskNames.LanguageModelling).Load(Spec, _folder.Path);
        Encoder = Data.StudentEncoder(Spec, []);
    }

    public DataSpec Spec { get; }

    public TaskData Data { get; }

    public InputEncoder Encoder { get; }

    public string Folder => _folder.Path;

    public TrainingJob Job(string name, string kind = "gpt2", int epochs = 2, double dropout = 0.1) => new()
    {
        Model = new ModelSpec { Kind = kind, Embedding = 16, Hidden = 32, Layers = 2, Heads = 2, Dropout = dropout },
        Training = new TrainingSpec { Epochs = epochs, BatchSize = 16, LearningRate = 1e-2, Seeds = [1] },
        Select = "perplexity",
        Seed = 3,
        Train = Data.Encode(DataSplit.Train, Encoder),
        Validation = Data.Encode(DataSplit.Validation, Encoder),
        Encoder = Encoder,
        Labels = Data.Labels,
        Folder = At(name),
        Info = new CheckpointInfo { Name = name },
    };

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);
}
