using System.Security.Cryptography;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Loops;
using KdCluster.Tests.Models;

namespace KdCluster.Tests.Training;

public class ResumeTests : TensorScope
{
    private static readonly WeightingSpec Reinforced = new() { Kind = "reinforced", StudentWarmup = 5, PolicyWarmup = 6, Episode = 4, Reward = "r3", Entropy = 0.01 };

    [Theory]
    [InlineData("alone")]
    [InlineData("random-single")]
    [InlineData("reinforced")]
    [InlineData("average")]
    [InlineData("layers")]
    [InlineData("gap")]
    [InlineData("owners")]
    [InlineData("compressed")]
    [InlineData("frozen")]
    [InlineData("two-player")]
    [InlineData("bilevel")]
    public void Stopped_at_any_step_and_resumed_it_ends_with_the_same_bytes(string kind)
    {
        using var task = new TrainingCase(200);
        TrainingJob Job(string name) => kind switch
        {
            "average" => StageTrainingTests.Averaged(task, name),
            "layers" => LayerTrainingTests.Job(task, name),
            "gap" => GapTrainingTests.Job(task, name),
            "owners" => LayerTrainingTests.Job(task, name, LayerTrainingTests.Owners),
            "compressed" => Compressed(task.Job(name)),
            "frozen" => FrozenPartsTests.Frozen(task.Job(name)),
            "bilevel" => Bilevel(task, name),
            "two-player" => TwoPlayerTests.Job(task, name, [new TermSpec { Loss = "kd", Temperature = 2 }, new TermSpec { Loss = "adversary", Weight = 0.1 }]),
            "alone" => task.Job(name) with { ValidateEvery = 5 },
            _ => task.Job(name, task.Teachers(badFirst: true), Reinforced with { Kind = kind }),
        };
        var whole = StudentTrainer.Train(Job("whole"));

        for (int trial = 0; trial < 4; trial++)
        {
            var job = Job($"broken-{trial}") with { ProgressEvery = TimeSpan.Zero };
            var stops = new Queue<int>(Enumerable.Range(0, 3).Select(i => 1 + CounterRandom.Below(31, 40 + trial, RandomStream.Rows, i)).Order());
            TrainingResult? result = null;
            while (result is null)
            {
                using var stop = new CancellationTokenSource();
                try
                {
                    result = StudentTrainer.Train(job, new Stopper(stops, stop), stop.Token);
                }
                catch (OperationCanceledException)
                {
                    Assert.True(Directory.Exists(Path.Combine(job.Folder, "last")));
                }
            }

            Assert.Empty(stops);
            Same(whole, result, Path.Combine(task.Folder, "whole"), job.Folder);
        }
    }

    // With students drawn anew in each step, teachers of whom no one weighs the same, and as many steps as the others.
    private static TrainingJob Bilevel(TrainingCase task, string name)
    {
        TrainingJob job = BilevelTests.Job(task, name, "text-cnn");
        return job with { Training = job.Training with { Epochs = 2 }, Loop = job.Loop! with { Start = "drawn" }, SoftTargets = task.Teachers(), Weighting = new WeightingSpec { Kind = "random-single" } };
    }

    private static TrainingJob Compressed(TrainingJob job) => job with
    {
        Training = job.Training with
        {
            Augmentation = new AugmentationSpec { DropWords = 0.1, MaskSpans = 0.1 },
            Pruning = new PruningSpec { Sparsity = 0.5 },
            Quantization = new QuantizationSpec(),
        },
    };

    // A kill between checkpoints: the folder is what the last checkpoint left, with lines of metrics and maybe a best checkpoint from after it.
    [Fact]
    public void Killed_at_any_step_it_replays_and_ends_with_the_same_bytes()
    {
        using var task = new TrainingCase(200);
        TrainingJob Job(string name) => task.Job(name, task.Teachers(badFirst: true), Reinforced);
        var whole = StudentTrainer.Train(Job("whole"));

        var killed = Job("killed") with { ProgressEvery = TimeSpan.Zero };
        using var copies = new CrashCopies(killed.Folder);
        StudentTrainer.Train(killed, copies);
        Assert.Equal(Enumerable.Range(1, copies.Steps.Max), copies.Steps);
        Assert.True(copies.Steps.Max >= 25);
        foreach (int step in copies.Steps)
        {
            copies.Restore(step);
            var result = StudentTrainer.Train(Job("killed"));
            Same(whole, result, Path.Combine(task.Folder, "whole"), killed.Folder);
        }
    }

    [Fact]
    public void A_teacher_that_goes_away_keeps_the_steps_done()
    {
        using var task = new TrainingCase(200);
        var whole = StudentTrainer.Train(task.Job("whole", task.Teachers()));
        Assert.Equal("KD1306", Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("lost", task.Teachers(failAt: 12)))).Code);
        var teachers = task.Teachers();
        var result = StudentTrainer.Train(task.Job("lost", teachers));
        Assert.Equal(26 - 12, teachers.Taken);
        Same(whole, result, Path.Combine(task.Folder, "whole"), Path.Combine(task.Folder, "lost"));
    }

    [Theory]
    [InlineData("position.json")]
    [InlineData("state.safetensors")]
    public void A_damaged_last_says_so_and_the_previous_one_is_taken(string file)
    {
        using var task = new TrainingCase(200);
        var whole = StudentTrainer.Train(task.Job("whole"));
        var job = task.Job("damaged");
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => StudentTrainer.Train(job with { ProgressEvery = TimeSpan.Zero }, new Stopper(new Queue<int>([17]), stop), stop.Token));
        Flip(Path.Combine(job.Folder, "last", file));
        var notices = new List<string>();
        var result = StudentTrainer.Train(job, new Notices(notices));
        Assert.Contains("KD1208", Assert.Single(notices), StringComparison.Ordinal);
        Same(whole, result, Path.Combine(task.Folder, "whole"), job.Folder);

        Flip(Path.Combine(job.Folder, "last", file));
        Flip(Path.Combine(job.Folder, "previous", file));
        var error = Assert.Throws<KdException>(() => StudentTrainer.Train(job));
        Assert.Equal(["KD1208", "KD1208"], error.Errors.Select(e => e.Code));
    }

    [Fact]
    public void A_finished_training_is_not_done_again()
    {
        using var task = new TrainingCase(100);
        var first = StudentTrainer.Train(task.Job("one", task.Teachers()));
        var teachers = task.Teachers();
        var second = StudentTrainer.Train(task.Job("one", teachers));
        Assert.Equal(0, teachers.Taken);
        Assert.Equal(first.Best, second.Best);
        Assert.Equal(first.Duration, second.Duration);
        Assert.Equal(first.Weights!.MeanWeight, second.Weights!.MeanWeight);
    }

    [Fact]
    public void The_folder_of_another_job_is_refused()
    {
        using var task = new TrainingCase(100);
        StudentTrainer.Train(task.Job("one"));
        Assert.Equal("KD1225", Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("one") with { Seed = 6 })).Code);
        Assert.Equal("KD1225", Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("one", task.Teachers()))).Code);
        var other = task.Train with { Labels = [.. task.Train.Labels.Select((l, i) => i == 50 ? (l + 1) % 4 : l)] };
        Assert.Equal("KD1225", Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("one") with { Train = other })).Code);
    }

    private static void Same(TrainingResult whole, TrainingResult result, string wantedFolder, string foundFolder)
    {
        foreach (string file in new[] { "best/model.safetensors", "metrics.jsonl" })
            Assert.True(File.ReadAllBytes(Path.Combine(wantedFolder, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(foundFolder, file))), file);
        Assert.Equal(whole.Best, result.Best);
        Assert.Equal(whole.BestStep, result.BestStep);
        Assert.Equal(whole.TeacherRows, result.TeacherRows);
        Assert.Equal(whole.Weights?.MeanWeight, result.Weights?.MeanWeight);
        Assert.Equal(State(wantedFolder), State(foundFolder));
    }

    private static string State(string folder) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "last", "state.safetensors"))));

    private static void Flip(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 3] ^= 4;
        File.WriteAllBytes(path, bytes);
    }

    internal sealed class Stopper(Queue<int> stops, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            while (stops.TryPeek(out int next) && value.Step >= next)
            {
                stops.Dequeue();
                stop.Cancel();
            }
        }
    }

    private sealed class Notices(List<string> notices) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Notice is { } notice)
                notices.Add(notice);
        }
    }

    /// <summary>Copies the folder at each step, as a kill there would have left it.</summary>
    private sealed class CrashCopies(string folder) : IProgress<TrainingProgress>, IDisposable
    {
        public SortedSet<int> Steps { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.Step == 0 || value.Step == value.Steps || !Steps.Add((int)value.Step))
                return;
            Directory.CreateDirectory(Copy((int)value.Step));
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                string to = Path.Combine(Copy((int)value.Step), Path.GetRelativePath(folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }

            File.AppendAllText(Path.Combine(Copy((int)value.Step), "metrics.jsonl"), "{\"type\":\"tra");
        }

        public void Restore(int step)
        {
            Directory.Delete(folder, recursive: true);
            Directory.Move(Copy(step), folder);
        }

        public void Dispose()
        {
            foreach (int step in Steps.Where(s => Directory.Exists(Copy(s))))
                Directory.Delete(Copy(step), recursive: true);
        }

        private string Copy(int step) => $"{folder}.crash-{step}";
    }
}
