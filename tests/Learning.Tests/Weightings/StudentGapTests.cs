using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Weightings;

namespace KdCluster.Tests.Weightings;

public class StudentGapTests
{
    private const int Teachers = 3, Classes = 4, Batch = 24;

    private static readonly ObjectiveSpec Logits = new() { Temperature = 2, Alpha = 0.5 };
    private static readonly ObjectiveSpec Embeddings = new() { Terms = [new() { Loss = "kd", Temperature = 4 }, new() { Loss = "embedding-cosine", Projection = "linear" }] };

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    public void It_is_the_divergence_of_the_loss_and_the_cosine_where_embeddings_are_compared(double temperature, int width)
    {
        StudentGap gap = new(width == 1 ? Logits : Embeddings, Teachers, Classes);
        Assert.Equal(width, gap.Width);
        PolicyBatch batch = Random(1, width == 2);
        gap.Read(Random(2, width == 2));     // what it was told before does not matter
        gap.Read(batch);
        for (int i = 0; i < Batch; i++)
        {
            for (int k = 0; k < Teachers; k++)
            {
                float[] found = new float[width];
                gap.Write(i, k, found);
                Assert.Equal(Math.Min(Divergence(batch, i, k, temperature), PolicyFeatures.LargestLoss), found[0], 1e-4);
                if (width == 2)
                    Assert.Equal(batch.Cosines[(i * Teachers) + k], found[1]);
            }
        }
    }

    [Fact]
    public void A_student_that_says_what_a_teacher_says_is_at_no_distance_whatever_is_added_to_the_logits()
    {
        float[] teacher = [1, 2, 0, -1, 90, 0, 0, 0];
        PolicyBatch batch = new(0, [0, 1], [0, 1], teacher, []) { StudentLogits = [11, 12, 10, 9, 80, -10, -10, -10] };
        StudentGap gap = new(Logits, 1, Classes);
        gap.Read(batch);
        float[] found = [1, 1];
        gap.Write(0, 0, found.AsSpan(0, 1));
        gap.Write(1, 0, found.AsSpan(1, 1));
        Assert.Equal(0, found[0], 1e-5);
        Assert.Equal(0, found[1], 1e-5);
    }

    [Fact]
    public void Only_a_loss_that_brings_embeddings_to_one_width_gives_cosines()
    {
        Assert.False(StudentGap.Compares(Logits));
        Assert.True(StudentGap.Compares(Embeddings));
        Assert.False(StudentGap.Compares(new ObjectiveSpec { Terms = [new() { Loss = "kd" }, new() { Loss = "rkd-distance" }, new() { Loss = "hidden-mse", Projection = "linear" }] }));
    }

    [Fact]
    public void A_batch_without_the_student_is_refused()
    {
        PolicyBatch batch = Random(1, true);
        Assert.Throws<ArgumentException>(() => new StudentGap(Logits, Teachers, Classes).Read(batch with { StudentLogits = [] }));
        Assert.Throws<ArgumentException>(() => new StudentGap(Embeddings, Teachers, Classes).Read(batch with { Cosines = [] }));
    }

    // The reward asks for the teacher that the student can follow. All are as sure, none is for the label, and the embedding says nothing: which one it is shows in the student alone.
    [Fact]
    public void Where_only_the_student_tells_which_teacher_it_can_follow_the_policy_finds_it_and_the_one_that_does_not_look_does_not()
    {
        Assert.True(ShareOfTheRight(StudentGap.WeightingName) > 0.9, $"{ShareOfTheRight(StudentGap.WeightingName)}");
        Assert.InRange(ShareOfTheRight("reinforced"), 0.2, 0.6);
    }

    private static double ShareOfTheRight(string kind)
    {
        WeightingSpec spec = new() { Kind = kind, Episode = 4, LearningRate = 0.5, Reward = "r2", Mode = "expectation" };
        IPolicy policy = WeightingRegistry.CreatePolicy(new WeightingSetup(spec, new ObjectiveSpec { Temperature = 4, Alpha = 0.7 }, Teachers, Classes, 1, 5));
        double share = 0;
        for (int t = 0; t < 420; t++)
        {
            var (batch, right) = Contrived(t);
            PolicyWeights weights = policy.Weigh(batch);
            if (t >= 400)
                share += Enumerable.Range(0, Batch).Average(i => weights.Expected[(i * Teachers) + right[i]]) / 20;
            policy.Learn(new PolicyFeedback(batch.StudentLogits, 0.5));
        }

        return share;
    }

    // Each teacher is for another class and none for the label, so that their losses on it are the same.
    private static (PolicyBatch Batch, int[] Right) Contrived(int tick)
    {
        float[] logits = new float[Teachers * Batch * Classes], student = new float[Batch * Classes];
        int[] labels = new int[Batch], right = new int[Batch];
        for (int i = 0; i < Batch; i++)
        {
            int first = Draw(tick, i, 0, Classes);
            right[i] = Draw(tick, i, 1, Teachers);
            labels[i] = (first + Classes - 1) % Classes;
            for (int k = 0; k < Teachers; k++)
                logits[(((k * Batch) + i) * Classes) + ((first + ((k - right[i] + Teachers) % Teachers)) % Classes)] = 6;
            student[(i * Classes) + first] = 6;
        }

        return (new PolicyBatch(tick, [.. Enumerable.Range(tick * Batch, Batch)], labels, logits, [.. Enumerable.Repeat(1f, Batch)]) { StudentLogits = student }, right);
    }

    private static int Draw(int tick, int row, int what, int below) => CounterRandom.Below(below, 31 + what, RandomStream.Rows, tick, row);

    private static PolicyBatch Random(int tick, bool cosines) =>
        new(tick, [.. Enumerable.Range(0, Batch)], [.. Enumerable.Repeat(0, Batch)], WeightingCase.Numbers(Teachers * Batch * Classes, 1, tick), [])
        {
            StudentLogits = WeightingCase.Numbers(Batch * Classes, 2, tick),
            Cosines = cosines ? WeightingCase.Numbers(Batch * Teachers, 3, tick) : [],
        };

    private static double Divergence(PolicyBatch batch, int instance, int teacher, double temperature)
    {
        double[] p = Softmax(batch.TeacherLogits.AsSpan(((teacher * Batch) + instance) * Classes, Classes)), q = Softmax(batch.StudentLogits.AsSpan(instance * Classes, Classes));
        return temperature * temperature * p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();

        double[] Softmax(ReadOnlySpan<float> logits)
        {
            double[] e = [.. logits.ToArray().Select(z => Math.Exp(z / temperature))];
            return [.. e.Select(x => x / e.Sum())];
        }
    }
}
