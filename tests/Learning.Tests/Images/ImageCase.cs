using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Tests.Images;

/// <summary>A made-up task: the class of an image is the brightest of its four quarters.</summary>
internal sealed class ImageCase : IDisposable
{
    public const int Classes = 4;
    private const int Side = 12;

    public ImageCase(int rows, int channels = 1)
    {
        Size = new ImageSize(channels, Side, Side);
        Data = new ImageData(Make(rows, 1), Make(100, 2), null, Size, Labels, BadRowReport.None);
        Encoder = (ImageEncoder)Data.StudentEncoder(new DataSpec(), []);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("kd-images-").FullName;

    public LabelSpace Labels { get; } = new(["a", "b", "c", "d"]);

    public ImageSize Size { get; }

    public ImageData Data { get; }

    public ImageEncoder Encoder { get; }

    public static TheoryData<string> Kinds => [.. ModelFactory.KindsOf(TaskNames.ImageClassification)];

    public static ModelSpec Spec(string kind, double dropout = 0) => new() { Kind = kind, Dropout = dropout, Hidden = 24, Layers = 2, Depth = kind == "resnet" ? 8 : kind == "cnn" ? 4 : null, Channels = kind == "mlp" ? null : 6 };

    public Model Create(string kind, long seed = 7, double dropout = 0) => ModelFactory.Create(Encoder.ShapeOf(Spec(kind, dropout), Classes), seed);

    public TrainingJob Job(string name, string kind, ISoftTargetSource? teachers = null, double dropout = 0.1) => new()
    {
        Model = Spec(kind, dropout),
        Training = new TrainingSpec { Epochs = 2, BatchSize = 16, LearningRate = 5e-3, CheckpointEvery = 4 },
        Seed = 3,
        Train = Data.Encode(DataSplit.Train, Encoder),
        Validation = Data.Encode(DataSplit.Validation, Encoder),
        SoftTargets = teachers,
        Encoder = Encoder,
        Labels = Labels,
        Folder = Path.Combine(Folder, name),
        Info = new CheckpointInfo { Name = name },
        MetricsEvery = 1,
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private ImageSplit Make(int rows, int seed)
    {
        var random = new Random(seed);
        var images = new ImageRow[rows];
        for (int i = 0; i < rows; i++)
        {
            int label = random.Next(Classes);
            byte[] pixels = new byte[Size.Bytes];
            for (int at = 0; at < pixels.Length; at++)
            {
                int y = at / Side % Side, x = at % Side, quarter = (2 * (2 * y / Side)) + (2 * x / Side);
                pixels[at] = (byte)(random.Next(120) + (quarter == label ? 100 : 0));
            }

            images[i] = new ImageRow(pixels, label);
        }

        return new ImageSplit(images);
    }
}
