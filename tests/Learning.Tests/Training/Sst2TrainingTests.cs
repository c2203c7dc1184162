using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Data;
using KdCluster.Tests.Models;

namespace KdCluster.Tests.Training;

public class Sst2TrainingTests : TensorScope
{
    // The larger class has 50.9 % of the validation rows.
    [Fact]
    public void A_small_bag_of_embeddings_reads_film_reviews()
    {
        PublishedData.Need("sst2/sentence");
        var spec = new DataSpec
        {
            Train = "sst2/sentence/train.tsv",
            Validation = "sst2/sentence/dev.tsv",
            Header = false,
            Columns = new ColumnSpec { Text = "0", Label = "1" },
            Labels = ["negative", "positive"],
        };
        TextData data = TextDataLoader.Load(spec, PublishedData.Folder);
        var tokenizer = WordTokenizer.Build(data.Train.Rows, 8000, 48);
        using var folder = new TemporaryFolder();
        var result = StudentTrainer.Train(new TrainingJob
        {
            Model = new ModelSpec { Kind = "bag-of-embeddings", Embedding = 32, Hidden = 32 },
            Training = new TrainingSpec { Epochs = 4, BatchSize = 64, LearningRate = 5e-3 },
            Seed = 1,
            Train = EncodedSplit.Encode(data.Train, tokenizer),
            Validation = EncodedSplit.Encode(data.Validation, tokenizer),
            Encoder = tokenizer,
            Labels = data.Labels,
            Folder = folder.Path,
            Info = new CheckpointInfo { Name = "sst2" },
        });
        Assert.InRange(result.Best.Accuracy, 0.72, 0.9);
        Assert.InRange(result.Best.MacroF1, 0.72, 0.9);
        Assert.InRange(result.Best.CalibrationError, 0, 0.2);
    }
}
