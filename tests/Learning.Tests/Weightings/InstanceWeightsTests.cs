using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;

namespace KdCluster.Tests.Weightings;

public class InstanceWeightsTests : TensorScope
{
    [Fact]
    public void The_most_disputed_rows_are_those_of_the_largest_entropy_and_rows_without_weights_are_none()
    {
        var weights = new InstanceWeights(5, 2);
        weights.Put([3, 1], [0.5f, 0.5f, 1, 0]);
        weights.Put([0], [0.25f, 0.75f]);
        weights.Put([4], [0.5f, 0.5f]);
        Assert.Equal([3, 4, 0, 1], weights.MostDisputed(9));
        Assert.Equal([3, 4], weights.MostDisputed(2));
        Assert.Equal(Math.Log(2), weights.Entropy(3), 1e-7);
        Assert.Equal(0, weights.Entropy(1));
        Assert.False(weights.IsWeighed(2));
        Assert.True(double.IsNaN(weights.Entropy(2)));
        weights.Put([3, 1], [0.1f, 0.9f]);   // one for both
        Assert.Equal([0.1f, 0.9f], weights.Of(1).ToArray());
    }

    [Theory]
    [InlineData("uniform", 1)]
    [InlineData("random-single", 1)]
    [InlineData("best-single", 1)]
    [InlineData("reinforced", 0)]
    public void A_student_leaves_the_weights_of_every_row_beside_it(string kind, double least)
    {
        using var task = new TrainingCase(200);
        var job = task.Job(kind, task.Teachers(), new WeightingSpec { Kind = kind, StudentWarmup = 5, PolicyWarmup = 6, Episode = 4, LearningRate = 1 });
        StudentTrainer.Train(job);
        InstanceWeights weights = InstanceWeights.Read(Path.Combine(job.Folder, InstanceWeights.FileName))!;
        Assert.Equal((200, 3), (weights.Rows, weights.Teachers));
        Assert.All(Enumerable.Range(0, 200), row =>
        {
            Assert.Equal(1, weights.Of(row).ToArray().Sum(), 1e-5);
            Assert.True(weights.Of(row).ToArray().Max() >= (kind == "uniform" ? 1 / 3f : (float)least));
        });
        // A policy's are its expectation: no row is without any teacher.
        if (kind == "reinforced")
            Assert.DoesNotContain(0f, weights.Values.ToArray());
        Assert.Equal(weights.Values.ToArray(), InstanceWeights.Read(Path.Combine(job.Folder, "last", "state.safetensors"))!.Values.ToArray());
    }
}
