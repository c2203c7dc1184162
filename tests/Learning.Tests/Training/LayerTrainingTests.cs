using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Models;
using TorchSharp;

namespace KdCluster.Tests.Training;

/// <summary>Students that learn what the layers of a teacher say.</summary>
public class LayerTrainingTests : TensorScope
{
    private static readonly ModelSpec Wide = new() { Kind = "transformer", Embedding = 24, Hidden = 24, Layers = 2, Heads = 2, Dropout = 0 };
    private static readonly ModelSpec Small = new() { Kind = "transformer", Embedding = 12, Hidden = 12, Layers = 2, Heads = 3, Dropout = 0.1 };

    private static readonly TermSpec[] Terms =
    [
        new() { Loss = "cross-entropy" },
        new() { Loss = "hidden-mse", Projection = "linear" },
        new() { Loss = "word-relation", Weight = 10 },
        new() { Loss = "attention-mse", Heads = "mean", Layers = [new LayerPair(1, 2)] },
        new() { Loss = "embedding-mse", Projection = "linear" },
    ];

    /// <summary>Losses with networks of their own, and one that remembers the training rows.</summary>
    internal static TermSpec[] Owners { get; } =
    [
        new() { Loss = "cross-entropy" },
        new() { Loss = "vid", Weight = 0.1 },
        new() { Loss = "pad", Weight = 0.1, Projection = "linear" },
        new() { Loss = "crd", Weight = 0.1, Negatives = 20, Temperature = 0.1, Momentum = 0.5, Width = 6 },
    ];

    /// <summary>A row that is seen again finds what it left; sizes are set by the first batch and stay.</summary>
    [Fact]
    public void What_a_loss_remembers_is_in_the_checkpoint_and_not_in_the_student()
    {
        using var task = new TrainingCase(200);
        TrainingJob job = Job(task, "owners", Owners);
        var before = new Dictionary<string, byte[]>();
        var result = StudentTrainer.Train(job with { ProgressEvery = TimeSpan.Zero }, new First(() => before = Adapters(job.Folder)));
        var after = Adapters(job.Folder);
        string[] memory = [.. after.Keys.Where(k => k.StartsWith("adapters.crd", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(["sizes", "student.bias", "student.weight", "students", "teacher.bias", "teacher.weight", "teachers"], memory.Select(m => m["adapters.crd.teacher-1.".Length..]));
        Assert.Equal(200 * 6 * sizeof(float), after["adapters.crd.teacher-1.students"].Length);
        Assert.All(before, b => Assert.Equal(b.Key.EndsWith("sizes", StringComparison.Ordinal), b.Value.AsSpan().SequenceEqual(after[b.Key])));
        Assert.Contains("adapters.vid.teacher-1.2.map3.weight", after.Keys);
        Assert.Contains("adapters.pad.teacher-1.norm.weight", after.Keys);
        using Model student = Checkpoint.Load(result.BestFolder).Model;
        using SafeTensorsReader weights = SafeTensorsReader.Open(Path.Combine(result.BestFolder, "model.safetensors"));
        Assert.Equal(student.named_parameters().Select(p => p.name).Order(), weights.Tensors.Select(t => t.Name).Order());
    }

    [Fact]
    public void Projections_learn_with_the_student_and_are_no_part_of_it()
    {
        using var task = new TrainingCase(200);
        TrainingJob job = Job(task, "layers");
        var before = new Dictionary<string, byte[]>();
        var result = StudentTrainer.Train(job with { ProgressEvery = TimeSpan.Zero }, new First(() => before = Adapters(job.Folder)));

        var after = Adapters(job.Folder);
        Assert.Equal(
            ["adapters.embedding-mse.teacher-1.embedding", "adapters.hidden-mse.teacher-1.hidden.0", "adapters.hidden-mse.teacher-1.hidden.1", "adapters.hidden-mse.teacher-1.hidden.2"],
            after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before, b => Assert.NotEqual(b.Value, after[b.Key]));
        using Model student = Checkpoint.Load(result.BestFolder).Model;
        using SafeTensorsReader weights = SafeTensorsReader.Open(Path.Combine(result.BestFolder, "model.safetensors"));
        Assert.Equal(student.named_parameters().Select(p => p.name).Order(), weights.Tensors.Select(t => t.Name).Order());
    }

    [Fact]
    public void One_layer_of_the_student_may_be_compared_with_several_of_the_teacher()
    {
        using var task = new TrainingCase(200);
        TermSpec term = new() { Loss = "hidden-mse", Projection = "linear", Layers = [new LayerPair(1, 1), new LayerPair(1, 2), new LayerPair(2, 2)] };
        TrainingJob job = Job(task, "several", [Terms[0], term]);
        StudentTrainer.Train(job);
        Assert.Equal(
            ["adapters.hidden-mse.teacher-1.hidden.1.hidden.1", "adapters.hidden-mse.teacher-1.hidden.1.hidden.2", "adapters.hidden-mse.teacher-1.hidden.2"],
            Adapters(job.Folder).Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>What must move is the relation itself: on rows that were not trained on, it comes nearer than by labels alone.</summary>
    [Fact]
    public void A_relation_that_is_learned_comes_nearer_on_new_rows()
    {
        using var task = new TrainingCase(400);
        TermSpec relation = new() { Loss = "word-relation", Weight = 100 };
        double with = Relation(StudentTrainer.Train(Job(task, "with", [Terms[0], relation], epochs: 4)));
        double without = Relation(StudentTrainer.Train(Job(task, "without", [Terms[0], relation with { Weight = 0 }], epochs: 4)));
        Assert.True(with < without / 2, $"{with} against {without}");

        double Relation(TrainingResult result)
        {
            using var off = torch.no_grad();
            using Model student = Checkpoint.Load(result.BestFolder).Model, teacher = Teacher(task);
            student.eval();
            torch.Tensor ids = student.Collate(task.Validation.Views);
            string[] layers = [OutputNames.Hidden(0), OutputNames.Hidden(1), OutputNames.Hidden(2)];
            var own = student.Compute(ids, layers);
            var theirs = teacher.Compute(ids, layers);
            return new KdCluster.Learning.Objectives.Layers.WordRelationLoss().Evaluate(new([.. layers.Select(l => own[l])], [.. layers.Select(l => theirs[l])], student.Real(ids))).mean().item<float>();
        }
    }

    internal static TrainingJob Job(TrainingCase task, string name, TermSpec[]? terms = null, int epochs = 2)
    {
        using Model teacher = Teacher(task);
        string[] names = [.. teacher.Outputs.Select(o => o.Name).Where(n => n != OutputNames.Logits)];
        TeacherDescription description = new(
            "wide", "transformer", 1, task.Labels.Names, task.Labels.Hash, task.Tokenizer.Hash, task.Tokenizer.MaxLength,
            [.. teacher.Outputs.Select(o => new TeacherOutput(new string('1', 64), o.Name, ElementType.Float32, o.Shape, 0, task.Labels.Hash))], double.NaN);
        Dictionary<string, float[]>[] said = [.. task.Train.Views.Select(v => Say(v.Ids))];
        FakeSoftTargets source = new(1, 0, task.Tokenizer, task.Labels, (_, _) => new float[TrainingCase.Classes], _ => [])
        {
            Teachers = [description],
            Outputs = rows => [.. names.Select(n => new OutputRows(0, n, description.Output(n).Shape, [.. rows.Select(r => task.Train.Views[r].Length)], [.. rows.Select(r => (ReadOnlyMemory<float>)said[r][n])]))],
        };
        return task.Job(name, source, new WeightingSpec { Kind = "uniform" }) with { Model = Small, Objective = new ObjectiveSpec { Terms = terms ?? Terms }, Training = new TrainingSpec { Epochs = epochs, BatchSize = 16, LearningRate = 0.01, CheckpointEvery = 7 } };

        Dictionary<string, float[]> Say(int[] tokens)
        {
            using var off = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            return teacher.Compute(TokenBatch.Collate([tokens], tokens.Length), names).ToDictionary(o => o.Key, o => o.Value.contiguous().data<float>().ToArray());
        }
    }

    private static Model Teacher(TrainingCase task)
    {
        Model teacher = ModelFactory.Create(Wide, task.Tokenizer.Vocabulary, TrainingCase.Classes, task.Tokenizer.MaxLength, seed: 3);
        teacher.eval();
        return teacher;
    }

    private static Dictionary<string, byte[]> Adapters(string folder)
    {
        using SafeTensorsReader reader = SafeTensorsReader.Open(Path.Combine(folder, "last", "state.safetensors"));
        return reader.Tensors.Where(t => t.Name.StartsWith("adapters.", StringComparison.Ordinal)).ToDictionary(t => t.Name, reader.ReadBytes);
    }

    /// <summary>Does something once there is a first checkpoint.</summary>
    private sealed class First(Action work) : IProgress<TrainingProgress>
    {
        private bool _done;

        public void Report(TrainingProgress value)
        {
            if (!_done && value.Step == 8)
            {
                _done = true;
                work();
            }
        }
    }
}
