using KdCluster.Learning.Data;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Models;
using static TorchSharp.torch;

namespace KdCluster.Tests.Weightings;

/// <summary>Rules that look at one instance, against numbers of a program in another language.</summary>
public class InstanceRuleTests : TensorScope
{
    private static readonly float[] s_t = [.5f, 1.5f, 0, 1, -1, .2f, 1, 1, -1, -.5f, .1f, 2], s_u = [2, 0, 0, .1f, .2f, .3f, 0, 3, 0, 0, 0, 4];
    private static readonly int[] s_labels = [1, 0, 0, 2];

    [Theory]
    [InlineData("entropy", new[] { .423518, .560735, .292812, .226459 })]
    [InlineData("confidence", new[] { .855100, .677339, .911839, .457011 })]
    public void Two_teachers_have_the_published_weights(string kind, double[] first)
    {
        float[] weights = Weigh(kind, [.. s_t, .. s_u], 2, s_labels);

        Assert.All(first.Index(), f => Assert.Equal([f.Item, 1 - f.Item], [weights[2 * f.Index], weights[(2 * f.Index) + 1]], (double a, double b) => Math.Abs(a - b) < 2e-6));
    }

    [Theory]
    [InlineData("entropy")]
    [InlineData("confidence")]
    [InlineData("best-single")]
    public void One_teacher_has_all_the_weight_and_the_order_of_several_only_orders_theirs(string kind)
    {
        Assert.Equal([1f, 1, 1, 1], Weigh(kind, s_t, 1, s_labels));
        float[] there = Weigh(kind, [.. s_t, .. s_u], 2, s_labels), back = Weigh(kind, [.. s_u, .. s_t], 2, s_labels);
        Assert.Equal(there, Enumerable.Range(0, 8).Select(i => back[i ^ 1]));
    }

    [Theory]
    [InlineData("confidence", true)]
    [InlineData("best-single", true)]
    [InlineData("entropy", false)]
    public void Without_a_label_teachers_count_alike_where_the_rule_needs_one(string kind, bool alike)
    {
        float[] weights = Weigh(kind, [.. s_t, .. s_u], 2, [EncodedSplit.NoLabel, 0, 0, 2]);

        Assert.Equal(alike, weights[0] == 0.5f && weights[1] == 0.5f);
        Assert.NotEqual(0.5f, weights[2]);
    }

    /// <summary>Sure and wrong: entropy trusts it, confidence does not.</summary>
    [Fact]
    public void A_teacher_that_is_sure_and_wrong_fools_entropy_alone()
    {
        float[] logits = [0, 9, 0, 1, 0, 0];

        Assert.True(Weigh("entropy", logits, 2, [0])[0] > 0.99f);
        Assert.True(Weigh("confidence", logits, 2, [0])[0] < 0.01f);
    }

    [Fact]
    public void Where_nobody_has_a_doubt_all_count_alike() => Assert.Equal([0.5f, 0.5f], Weigh("entropy", [500, 0, 0, 0, 500, 0], 2, [0]));

    private static float[] Weigh(string kind, float[] logits, int teachers, int[] labels) => WeightingRegistry
        .Create(new WeightingSetup(new WeightingSpec { Kind = kind }, new ObjectiveSpec(), teachers, 3, 0, 1))
        .Weigh(new WeightingState
        {
            Tick = 0,
            Targets = new SoftTargetBatch { Instances = [.. Enumerable.Range(0, labels.Length)], Logits = logits, Embedding = [], StoreHits = 0, TeacherRows = 0 },
            Labels = labels,
            StudentLogits = zeros(labels.Length, 3),
            Device = CPU,
        }).contiguous().data<float>().ToArray();

}
