using KdCluster.Learning.Data;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;
using KdCluster.Tests.Weightings;
using KdCluster.Weightings;
using static TorchSharp.torch;

namespace KdCluster.Tests.Unlabelled;

public sealed class UnlabelledTrainingTests : TensorScope
{
    private const int Labelled = 40;

    [Fact]
    public void Rows_without_labels_teach_what_few_labels_cannot()
    {
        using var task = new TrainingCase(600);
        EncodedSplit transfer = Transfer(task);
        TrainingJob few = Longer(task.Job("few")) with { Train = transfer.Labelled };
        TrainingJob few2 = Longer(task.Job("taught", task.Teachers(1))) with { Train = transfer.Labelled };
        TrainingJob more = Longer(task.Job("more", task.Teachers(1))) with { Train = transfer };
        double alone = StudentTrainer.Train(few).Best.Accuracy, taught = StudentTrainer.Train(few2).Best.Accuracy, best = StudentTrainer.Train(more).Best.Accuracy;
        Assert.True(best > alone + 0.1, $"{best} against {alone}");
        Assert.True(best > taught + 0.1, $"{best} against {taught}");
    }

    [Theory]
    [InlineData("uniform", null)]
    [InlineData("best-single", null)]
    [InlineData("reinforced", "r1")]
    [InlineData("reinforced", "r3")]
    [InlineData("reinforced-gap", "r2")]
    public void Stopped_at_any_step_and_resumed_it_ends_with_the_same_bytes(string kind, string? reward)
    {
        using var task = new TrainingCase(160);
        WeightingSpec weighting = new() { Kind = kind, Episode = 2, Reward = reward ?? "r1" };
        TrainingJob Job(string name, int failAt = int.MaxValue) => task.Job(name, task.Teachers(failAt: failAt), weighting) with { Train = Transfer(task) };
        byte[] whole = File.ReadAllBytes(Path.Combine(StudentTrainer.Train(Job("whole")).BestFolder, "model.safetensors"));
        Assert.Throws<KdException>(() => StudentTrainer.Train(Job("broken", failAt: 13)));
        TrainingResult result = StudentTrainer.Train(Job("broken"));
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(result.BestFolder, "model.safetensors")));
        Assert.All(result.Weights!.MeanWeight, w => Assert.InRange(w, 0, 1));
    }

    [Fact]
    public void The_labels_that_are_not_there_decide_nothing()
    {
        using var task = new TrainingCase(160);
        EncodedSplit transfer = Transfer(task);
        Assert.Equal(JobFingerprint.Of(task.Job("a") with { Train = transfer }), JobFingerprint.Of(task.Job("a") with { Train = Transfer(task) }));
        Assert.NotEqual(JobFingerprint.Of(task.Job("a") with { Train = transfer }), JobFingerprint.Of(task.Job("a")));
    }

    [Fact]
    public void Where_there_is_no_label_the_best_single_teacher_is_unknown_and_all_count_alike()
    {
        WeightingState state = WeightingCase.State(1);
        state.Labels[2] = state.Labels[5] = EncodedSplit.NoLabel;
        using IDisposable scope = NewDisposeScope();
        float[] weights = HostArray.Of(WeightingCase.Make("best-single").Weigh(state));
        for (int i = 0; i < WeightingCase.Batch; i++)
        {
            float[] row = weights[(i * WeightingCase.Teachers)..((i + 1) * WeightingCase.Teachers)];
            Assert.Equal(i is 2 or 5 ? [0.25f, 0.25f, 0.25f, 0.25f] : [0, 0, 0, 1], row.Order());
        }
    }

    [Fact]
    public void A_policy_sees_the_consensus_in_place_of_the_label()
    {
        WeightingState state = WeightingCase.State(1);
        state.Labels[3] = EncodedSplit.NoLabel;
        PolicyFeatures features = new(WeightingCase.Teachers, WeightingCase.Classes, WeightingCase.Width);
        PolicyBatch batch = WeightingCase.BatchOf(state);
        features.Read(batch);
        double[][] p = [.. Enumerable.Range(0, WeightingCase.Teachers).Select(k => Probabilities(batch, k, 3))];
        double[] mean = [.. Enumerable.Range(0, WeightingCase.Classes).Select(c => p.Average(q => q[c]))];
        for (int k = 0; k < WeightingCase.Teachers; k++)
        {
            Assert.Equal(Math.Min(-mean.Zip(p[k], (m, q) => m * Math.Log(q)).Sum(), PolicyFeatures.LargestLoss), features.Of(3, k)[^2], 4);
            Assert.Equal(Math.Min(-Math.Log(Probabilities(batch, k, 4)[batch.Labels[4]]), PolicyFeatures.LargestLoss), features.Of(4, k)[^2], 4);
        }
    }

    [Fact]
    public void A_policy_learns_nothing_of_rows_without_labels()
    {
        WeightingSpec spec = new() { Episode = 1, LearningRate = 0.1 };
        ReinforcedPolicy none = WeightingCase.Policy(spec);
        float[] before = [.. none.Selection.Parameters];
        WeightingState state = WeightingCase.State(1);
        Array.Fill(state.Labels, EncodedSplit.NoLabel);
        none.Weigh(WeightingCase.BatchOf(state));
        Assert.True(double.IsNaN(none.Learn(WeightingCase.Feedback(state, 0.5))));
        Assert.Equal(before, none.Selection.Parameters);

        // What the student says of such a row changes nothing; of another it does.
        Assert.Equal(Learned(spec, 2, 0), Learned(spec, 2, 3));
        Assert.NotEqual(Learned(spec, 4, 0), Learned(spec, 4, 3));
    }

    private static float[] Learned(WeightingSpec spec, int row, float more)
    {
        ReinforcedPolicy policy = WeightingCase.Policy(spec);
        WeightingState state = WeightingCase.State(1);
        state.Labels[2] = EncodedSplit.NoLabel;
        policy.Weigh(WeightingCase.BatchOf(state));
        PolicyFeedback feedback = WeightingCase.Feedback(state, 0.5);
        feedback.StudentLogits[row * WeightingCase.Classes] += more;
        Assert.True(double.IsFinite(policy.Learn(feedback)));
        return [.. policy.Selection.Parameters];
    }

    private static double[] Probabilities(PolicyBatch batch, int teacher, int instance)
    {
        int at = ((teacher * WeightingCase.Batch) + instance) * WeightingCase.Classes;
        double[] e = [.. Enumerable.Range(at, WeightingCase.Classes).Select(i => Math.Exp(batch.TeacherLogits[i]))];
        return [.. e.Select(x => x / e.Sum())];
    }

    private static TrainingJob Longer(TrainingJob job) => job with { Training = job.Training with { Epochs = 6 } };

    private static EncodedSplit Transfer(TrainingCase task)
    {
        int[][] ids = [.. task.Train.Views.Select(v => v.Ids)];
        return new EncodedSplit(ids[..Labelled], task.Train.Labels[..Labelled]).Then(new EncodedSplit(ids[Labelled..], [.. Enumerable.Repeat(EncodedSplit.NoLabel, ids.Length - Labelled)]));
    }
}
