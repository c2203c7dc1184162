using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Loops.Bilevel;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Images;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Loops;

/// <summary>Data that are learned so that they teach.</summary>
public class BilevelTests : TensorScope
{
    private static readonly LoopSpec Distil = new() { Kind = LoopSpec.Bilevel, Items = 8, Length = 4, InnerSteps = 3, InnerRate = 0.5, Learn = ["items", "labels", "rates"], Begin = "noise", Start = "fixed" };

    [Theory]
    [InlineData("bag-of-embeddings", "fixed", false)]
    [InlineData("bag-of-embeddings", "drawn", false)]
    [InlineData("text-cnn", "fixed", false)]
    [InlineData("bag-of-embeddings", "fixed", true)]
    public void A_student_of_eight_made_texts_knows_the_classes(string kind, string start, bool taught)
    {
        using var task = new TrainingCase(480, ownWords: 3);
        // What teaches any student takes more of it.
        LoopSpec loop = start == "drawn" ? Distil with { Start = start, InnerSteps = 6, InnerRate = 1 } : Distil;
        TrainingJob job = Job(task, "made", kind) with { Loop = loop, SoftTargets = taught ? task.Teachers() : null };
        TrainingJob before = job with { Folder = job.Folder + "-begin", Training = job.Training with { Epochs = 1, LearningRate = 1e-30 } };
        double learned = StudentTrainer.Train(job).Best.Accuracy, begun = StudentTrainer.Train(before).Best.Accuracy;
        Assert.True(begun < 0.45, $"{begun}");
        Assert.True(learned > (start == "drawn" ? 0.45 : 0.65), $"{learned} from {begun}");
    }

    /// <summary>What is written is enough to make the student again, with no other row.</summary>
    [Theory]
    [InlineData("text-cnn")]
    [InlineData("cnn")]
    public void What_is_written_makes_the_student_that_is_kept(string kind)
    {
        using var task = new TrainingCase(160);
        using var images = new ImageCase(160);
        TrainingJob job = kind == "cnn" ? OfImages(images, "made") : Job(task, "made", kind) with { Training = Job(task, "", kind).Training with { Epochs = 2 } };
        var result = StudentTrainer.Train(job);
        string folder = Path.Combine(job.Folder, MadeData.Folder);
        var arrays = Read(Path.Combine(folder, MadeData.Arrays));
        Assert.Equal([8L, 4], arrays["labels"].shape);
        Assert.Equal([3L], arrays["rates"].shape);
        Assert.Contains("\"items\": 8", File.ReadAllText(Path.Combine(folder, MadeData.Description)), StringComparison.Ordinal);

        using Model student = Checkpoint.Load(result.BestFolder).Model;
        var function = (IFunctionalModel)student;
        var start = function.Arguments.ToDictionary(n => n, n => arrays[$"start.{n}"]);
        Tensor real = kind == "cnn" ? ones(8, 1) : ones(8, 4);
        var end = InnerTraining.Run(w => function.Logits(arrays["items"], real, w, new NormStatistics()), start, arrays["labels"], arrays["rates"], differentiable: false);
        Assert.All(student.named_parameters().Where(p => end.ContainsKey(p.name)), p => Assert.True(p.parameter.allclose(end[p.name], rtol: 0, atol: 1e-6), p.name));
        Assert.False(start["classifier.weight"].allclose(end["classifier.weight"], atol: 1e-3));
        student.Random!.Dispose();

        static Dictionary<string, Tensor> Read(string file)
        {
            using SafeTensorsReader reader = SafeTensorsReader.Open(file);
            return reader.Tensors.ToDictionary(t => t.Name, t => tensor(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(reader.ReadBytes(t)).ToArray(), [.. t.Shape]));
        }
    }

    [Fact]
    public void What_is_not_learned_stays_as_it_begins()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = Job(task, "rates", "bag-of-embeddings") with { Loop = Distil with { Learn = ["rates"], Begin = "real" } };
        using BilevelLoop loop = new(job, CPU);
        var before = loop.Save().ToDictionary(a => a.Name, a => a.Data.ToArray());
        int[] rows = [.. Enumerable.Range(0, 16)];
        loop.Step(new LoopTick(0, TrainingPhase.Train, rows, null, 0.1, 0, Read: true));
        var after = loop.Save().ToDictionary(a => a.Name, a => a.Data.ToArray());
        Assert.Equal(["made.rates", "moments.first.rates", "moments.second.rates"], after.Where(a => !a.Value.SequenceEqual(before[a.Key])).Select(a => a.Key).Order(StringComparer.Ordinal));
        // It begins with the first row of each class.
        int first = Array.IndexOf(job.Train.Labels, 2);
        float[] items = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(after["made.items"]).ToArray();
        Tensor row = ((IFunctionalModel)loop.Model).States(loop.Model.Collate([job.Train.Views[first]]));
        Assert.Equal(row[0, 1].data<float>().ToArray(), items[(((2 * 4) + 1) * 16)..(((2 * 4) + 2) * 16)]);
    }

    [Fact]
    public void A_model_that_is_no_function_and_classes_without_rows_are_refused()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = Job(task, "refused", "transformer");
        Assert.Equal("KD1229", Assert.Throws<KdException>(() => StudentTrainer.Train(job)).Code);
        TrainingJob many = Job(task, "many", "bag-of-embeddings") with { Loop = Distil with { Items = 1000, Begin = "real" } };
        Assert.Equal("KD1229", Assert.Throws<KdException>(() => StudentTrainer.Train(many)).Code);
    }

    [Fact]
    public void A_policy_is_refused_before_it_asks_a_student_for_answers_without_gradients()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = Job(task, "policy", "bag-of-embeddings") with { SoftTargets = task.Teachers(), Weighting = new WeightingSpec { Kind = "reinforced" } };
        KdException refused = Assert.Throws<KdException>(() => new BilevelLoop(job, CPU));
        Assert.Equal(("KD1229", "weighting.kind"), (refused.Code, Assert.Single(refused.Errors).Where));
    }

    [Fact]
    public void Fewer_instances_than_classes_need_labels_that_are_learned()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = Job(task, "few", "bag-of-embeddings") with { Loop = Distil with { Items = 2, Learn = ["items"] } };
        Assert.Equal("KD1229", Assert.Throws<KdException>(() => new BilevelLoop(job, CPU)).Code);
        using BilevelLoop learned = new(job with { Loop = Distil with { Items = 2 } }, CPU);
    }

    internal static TrainingJob Job(TrainingCase task, string name, string kind) => task.Job(name) with
    {
        Model = new ModelSpec { Kind = kind, Embedding = 16, Hidden = 16, Filters = [2, 3], Dropout = 0 },
        Training = new TrainingSpec { Epochs = 12, BatchSize = 16, LearningRate = 0.02, WeightDecay = 0, CheckpointEvery = 7 },
        Loop = Distil,
    };

    internal static TrainingJob OfImages(ImageCase images, string name, string kind = "cnn")
    {
        TrainingJob job = images.Job(name, kind, dropout: 0);
        return job with { Training = job.Training with { WeightDecay = 0, LearningRate = 0.02 }, Loop = Distil with { Length = null } };
    }
}
