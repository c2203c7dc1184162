using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;

namespace KdCluster.Tests.Training;

/// <summary>Fingerprints of trainings as version 0.1 gave them: a later version goes on with what an earlier one had begun.</summary>
public sealed class GoldenFingerprintTests : IDisposable
{
    private readonly TrainingCase _case = new(40);

    public void Dispose() => _case.Dispose();

    [Fact]
    public void A_training_from_labels_keeps_its_fingerprint() => Assert.Equal("13413ba5da305e84291541edd424a73094d0f3bad1b7fe21da043503610a38e2", JobFingerprint.Of(_case.Job("alone")));

    [Fact]
    public void A_taught_training_keeps_its_fingerprint() =>
        Assert.Equal("9e000a898acbebadef6924fab3e1c881f4306b1d3fb7198d478517bda327556c", JobFingerprint.Of(_case.Job("taught", _case.Teachers(), new WeightingSpec { Kind = "reinforced", Episode = 8 })));

    /// <summary>An option that another loop has, or that comes later, is no part of it.</summary>
    [Fact]
    public void A_training_with_a_loop_keeps_its_fingerprint() =>
        Assert.Equal("dcc91e5f75d46e6c9f6ec623b38e55cd42518f613207bdd4f3f8c8a1c5e03613", JobFingerprint.Of(_case.Job("made") with { Loop = new LoopSpec { Kind = LoopSpec.Bilevel, Items = 8, Learn = ["items"] } }));

    [Fact]
    public void Another_label_of_one_row_is_another_training()
    {
        TrainingJob job = _case.Job("alone");
        int[] labels = [.. job.Train.Labels];
        labels[3] = (labels[3] + 1) % TrainingCase.Classes;
        Assert.NotEqual(JobFingerprint.Of(job), JobFingerprint.Of(job with { Train = new EncodedSplit(job.Train.Views, labels) }));
    }
}
