using System.Runtime.InteropServices;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Weightings;

namespace KdCluster.Tests.Training;

/// <summary>A policy is where its host is: the trainer keeps nothing of it, and goes back to its last checkpoint when the host has lost it.</summary>
public class PolicyHostTests : TensorScope
{
    private static readonly WeightingSpec s_reinforced = new() { Kind = "reinforced", StudentWarmup = 5, PolicyWarmup = 6, Episode = 4, Reward = "r3", Entropy = 0.01 };

    [Fact]
    public void A_host_that_answers_late_and_on_other_threads_is_asked_in_the_same_order_and_ends_with_the_same_bytes()
    {
        using var task = new TrainingCase(200);
        byte[] wanted = Train(task, "here", null);
        var late = new Host { Late = true };
        Assert.Equal(wanted, Train(task, "late", late));
        Assert.Equal(0, late.Overlaps);
        Assert.True(late.Calls > 40);
    }

    [Theory]
    [InlineData(1)]     // while it begins
    [InlineData(12)]
    [InlineData(25)]    // some steps after a checkpoint
    [InlineData(26)]
    [InlineData(38)]
    public void A_policy_that_is_lost_goes_back_with_its_student_to_the_last_checkpoint_and_ends_with_the_same_bytes(int call)
    {
        using var task = new TrainingCase(200);
        byte[] wanted = Train(task, "whole", null);
        var host = new Host { LoseAt = call };
        var notices = new Notices();
        Assert.Equal(wanted, Train(task, "lost", host, notices));
        Assert.True(host.Begins >= 2, $"{host.Begins}");
        Assert.Contains("goes back to its last checkpoint", Assert.Single(notices.Told), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(task.Folder, "whole", "metrics.jsonl")), File.ReadAllText(Path.Combine(task.Folder, "lost", "metrics.jsonl")));
    }

    [Fact]
    public void A_policy_that_is_lost_again_and_again_ends_the_training_in_words()
    {
        using var task = new TrainingCase(200);
        var error = Assert.Throws<KdException>(() => Train(task, "lost", new Host { LoseEvery = 3 }));
        Assert.Equal("KD1506", error.Code);
    }

    [Fact]
    public void Another_parameter_in_the_host_between_two_batches_makes_another_student()
    {
        using var task = new TrainingCase(200);
        byte[] wanted = Train(task, "whole", null);
        Assert.NotEqual(wanted, Train(task, "changed", new Host { ChangeAt = 30 }));
        Assert.Equal(wanted, Train(task, "read", new Host { ChangeAt = 30, Change = 0 }));
    }

    [Fact]
    public void A_policy_that_begins_with_what_another_learned_goes_on_from_it_and_a_frozen_one_stays_as_it_is()
    {
        using var task = new TrainingCase(200);
        Train(task, "first", null);
        LearnedPolicy learned = Learned(task, "first");
        TrainingJob Job(string name, bool freeze) => task.Job(name, task.Teachers(badFirst: true), s_reinforced with { Freeze = freeze, From = freeze ? "x" : "y" }) with { Learned = learned };
        var begun = StudentTrainer.Train(Job("begun", false));
        Assert.NotEqual(learned.Fingerprint, Learned(task, "begun").Fingerprint);
        Assert.NotEqual(Learned(task, "first", 0).Fingerprint, learned.Fingerprint);

        var host = new Host();
        var frozen = StudentTrainer.Train(Job("frozen", true) with { PolicyHost = host });
        Assert.Equal(learned.Fingerprint, Learned(task, "frozen").Fingerprint);
        Assert.Equal(0, host.Lessons);
        Assert.Equal(2 * 200, frozen.Weights!.Instances);       // from the first step on
        Assert.All(frozen.Weights.SelectedShare, s => Assert.Equal(1, s));
        Assert.Equal(begun.Steps, frozen.Steps);
        // Where the policy comes from does not name a training: its content does.
        Assert.Equal(JobFingerprint.Of(Job("a", true)), JobFingerprint.Of(Job("a", true) with { Weighting = s_reinforced with { Freeze = true, From = "elsewhere" } }));
        Assert.NotEqual(JobFingerprint.Of(Job("a", true)), JobFingerprint.Of(Job("a", true) with { Learned = Learned(task, "begun") }));
    }

    private static LearnedPolicy Learned(TrainingCase task, string name, double factor = 1)
    {
        using var reader = SafeTensorsReader.Open(Path.Combine(task.Folder, name, "last", "state.safetensors"));
        double[] policy = MemoryMarshal.Cast<byte, double>(reader.ReadBytes(reader.Tensors.Single(t => t.Name == "weighting.policy"))).ToArray();
        return new LearnedPolicy { Kind = "reinforced", Options = "{}", Inputs = new PolicyInputs([], "", 4, ["a"]), Arrays = new Dictionary<string, double[]> { ["policy"] = Array.ConvertAll(policy, p => p * factor) }, Origin = name };
    }

    private static byte[] Train(TrainingCase task, string name, IPolicyHost? host, IProgress<TrainingProgress>? progress = null)
    {
        StudentTrainer.Train(task.Job(name, task.Teachers(badFirst: true), s_reinforced) with { PolicyHost = host }, progress);
        return File.ReadAllBytes(Path.Combine(task.Folder, name, "best", "model.safetensors"));
    }

    private sealed class Notices : IProgress<TrainingProgress>
    {
        public List<string> Told { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.Notice is { } notice)
                Told.Add(notice);
        }
    }

    /// <summary>A policy in this process whose host misbehaves.</summary>
    private sealed class Host : IPolicyHost
    {
        private LocalPolicyHost _inner = new();
        private WeightingSetup? _setup;
        private int _under;

        public bool Late { get; init; }

        public int LoseAt { get; init; }

        public int LoseEvery { get; init; }

        public int ChangeAt { get; init; }

        public double Change { get; init; } = 1;

        public int Calls { get; private set; }

        public int Begins { get; private set; }

        public int Overlaps { get; private set; }

        public int Lessons { get; private set; }

        public Task<WeightStatistics> BeginAsync(WeightingSetup setup, IReadOnlyDictionary<string, double[]>? state, IReadOnlyDictionary<string, double[]>? learned)
        {
            Begins++;
            _setup = setup;
            return CallAsync(host => host.BeginAsync(setup, state, learned));
        }

        public Task<PolicyWeights> WeighAsync(PolicyBatch batch) => CallAsync(host => host.WeighAsync(batch));

        public Task<double> LearnAsync(PolicyFeedback feedback)
        {
            Lessons++;
            return CallAsync(host => host.LearnAsync(feedback));
        }

        public Task<PolicyState> StateAsync() => CallAsync(host => host.StateAsync());

        public Task FreezeAsync() => _inner.FreezeAsync();

        private async Task<T> CallAsync<T>(Func<LocalPolicyHost, Task<T>> call)
        {
            Overlaps += Interlocked.Increment(ref _under) > 1 ? 1 : 0;
            try
            {
                if (Late)
                    await Task.Delay(1);
                Calls++;
                if (Calls == LoseAt || (LoseEvery > 0 && Calls % LoseEvery == 0))
                {
                    _inner = new LocalPolicyHost();
                    throw new PolicyLostException("the host was taken away");
                }

                if (Calls == ChangeAt)
                    await ChangeAsync();
                return await call(_inner);
            }
            finally
            {
                Interlocked.Decrement(ref _under);
            }
        }

        private async Task ChangeAsync()
        {
            Dictionary<string, double[]> state = (await _inner.StateAsync()).Arrays;
            state["policy"][0] += Change;
            await _inner.BeginAsync(_setup!, state, null);
        }
    }
}
