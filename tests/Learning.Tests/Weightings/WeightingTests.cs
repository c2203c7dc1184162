using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using static TorchSharp.torch;

namespace KdCluster.Tests.Weightings;

public class WeightingTests : TensorScope
{
    public static TheoryData<string> Kinds => [.. WeightingRegistry.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_sum_to_one_and_statistics_are_theirs(string kind)
    {
        var weighting = WeightingCase.Make(kind);
        var mean = new double[WeightingCase.Teachers];
        var selected = new double[WeightingCase.Teachers];
        double entropy = 0;
        const int ticks = 20;
        for (int t = 0; t < ticks; t++)
        {
            var state = WeightingCase.State(t);
            float[] w = weighting.Weigh(state).contiguous().data<float>().ToArray();
            weighting.Learn(new WeightingFeedback(state, 0.5));
            for (int i = 0; i < WeightingCase.Batch; i++)
            {
                var row = w[(i * WeightingCase.Teachers)..((i + 1) * WeightingCase.Teachers)];
                Assert.Equal(1, row.Sum(), 5);
                Assert.All(row, x => Assert.InRange(x, 0, 1));
                for (int k = 0; k < row.Length; k++)
                {
                    mean[k] += row[k] / (double)(ticks * WeightingCase.Batch);
                    selected[k] += (row[k] > 0 ? 1.0 : 0) / (ticks * WeightingCase.Batch);
                    entropy -= row[k] > 0 ? row[k] * Math.Log(row[k]) / (ticks * WeightingCase.Batch) : 0;
                }
            }
        }

        var found = weighting.Statistics;
        Assert.Equal(ticks * WeightingCase.Batch, found.Instances);
        Assert.Equal(entropy, found.Entropy, 1e-5);
        for (int k = 0; k < mean.Length; k++)
        {
            Assert.Equal(mean[k], found.MeanWeight[k], 1e-6);
            Assert.Equal(selected[k], found.SelectedShare[k], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Saved_in_the_middle_of_an_episode_and_loaded_it_goes_on_to_the_same_bits(string kind)
    {
        IWeighting whole = WeightingCase.Make(kind), first = WeightingCase.Make(kind), second = WeightingCase.Make(kind);
        for (int t = 0; t < 20; t++)
        {
            if (t == 10)
                second.Load(first.StateDict());
            var part = t < 10 ? first : second;
            float[] wanted = Step(whole, t), found = Step(part, t);
            Assert.Equal(wanted, found);
        }

        foreach (var (name, numbers) in whole.StateDict())
            Assert.Equal(numbers, second.StateDict()[name]);

        static float[] Step(IWeighting weighting, int tick)
        {
            var state = WeightingCase.State(tick);
            float[] weights = weighting.Weigh(state).contiguous().data<float>().ToArray();
            weighting.Learn(new WeightingFeedback(state, 0.5));
            return weights;
        }
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("random-single")]
    [InlineData("reinforced")]
    public void A_weighting_that_does_not_look_at_the_instance_has_no_spread(string kind)
    {
        // The policy has not learned yet: what it draws differs from instance to instance, its odds do not.
        var weighting = WeightingCase.Make(kind);
        for (int t = 0; t < 20; t++)
            weighting.Weigh(WeightingCase.State(t));
        Assert.All(weighting.Statistics.Spread, s => Assert.Equal(0, s, 1e-9));
    }

    [Theory]
    [InlineData("best-single", "sample")]
    [InlineData("reinforced", "expectation")]
    public void The_spread_is_the_weights_deviation_over_the_instances_of_a_batch(string kind, string mode)
    {
        var weighting = WeightingCase.Make(kind, 1, new WeightingSpec { Episode = 3, Mode = mode, LearningRate = 1 });
        var variance = new double[WeightingCase.Teachers];
        const int ticks = 20;
        for (int t = 0; t < ticks; t++)
        {
            var state = WeightingCase.State(t);
            float[] w = weighting.Weigh(state).contiguous().data<float>().ToArray();
            weighting.Learn(new WeightingFeedback(state, 0.5));
            for (int k = 0; k < variance.Length; k++)
            {
                double[] own = [.. Enumerable.Range(0, WeightingCase.Batch).Select(i => (double)w[(i * WeightingCase.Teachers) + k])];
                variance[k] += own.Average(x => x * x) - Math.Pow(own.Average(), 2);
            }
        }

        for (int k = 0; k < variance.Length; k++)
        {
            Assert.True(variance[k] > 0);
            Assert.Equal(Math.Sqrt(variance[k] / ticks), weighting.Statistics.Spread[k], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_state_of_version_0_1_is_loaded_and_its_spread_is_unknown(string kind)
    {
        var weighting = WeightingCase.Make(kind);
        weighting.Weigh(WeightingCase.State(0));
        var old = weighting.StateDict().Where(s => s.Key != "statistics.variance").ToDictionary();
        var resumed = WeightingCase.Make(kind);
        resumed.Load(old);
        resumed.Weigh(WeightingCase.State(1));
        Assert.All(resumed.Statistics.Spread, s => Assert.True(double.IsNaN(s)));
        Assert.Equal(2 * WeightingCase.Batch, resumed.Statistics.Instances);
    }

    [Fact]
    public void Random_single_draws_one_teacher_per_batch_each_about_as_often()
    {
        var weighting = WeightingCase.Make("random-single");
        var counts = new int[WeightingCase.Teachers];
        for (int t = 0; t < 4000; t++)
        {
            var state = WeightingCase.State(t);
            float[] w = weighting.Weigh(state).contiguous().data<float>().ToArray();
            int k = Array.IndexOf(w, 1f);
            counts[k]++;
            for (int i = 0; i < WeightingCase.Batch && t < 50; i++)
                Assert.Equal(1, w[(i * WeightingCase.Teachers) + k]);
        }

        Assert.All(counts, c => Assert.InRange(c, 880, 1120));   // binomial: 1000 ± 27
    }

    [Fact]
    public void Best_single_takes_the_lowest_cross_entropy_on_the_label()
    {
        var weighting = WeightingCase.Make("best-single");
        var state = WeightingCase.State(3);
        float[] w = weighting.Weigh(state).data<float>().ToArray();
        for (int i = 0; i < WeightingCase.Batch; i++)
        {
            double Loss(int k)
            {
                int at = ((k * WeightingCase.Batch) + i) * WeightingCase.Classes;
                var z = state.Targets.Logits[at..(at + WeightingCase.Classes)];
                return Math.Log(z.Sum(x => Math.Exp(x))) - z[state.Labels[i]];
            }

            int best = Enumerable.Range(0, WeightingCase.Teachers).MinBy(Loss);
            Assert.Equal(1, w[(i * WeightingCase.Teachers) + best]);
        }
    }

    [Fact]
    public void A_state_of_another_number_of_teachers_is_refused()
    {
        var other = WeightingRegistry.Create(new WeightingSetup(new WeightingSpec { Kind = "reinforced" }, new ObjectiveSpec(), 2, 3, 6, 1));
        Assert.Throws<InvalidDataException>(() => WeightingCase.Make("reinforced").Load(other.StateDict()));
        Assert.Throws<InvalidDataException>(() => WeightingCase.Make("uniform").Load(new Dictionary<string, double[]>()));
    }

    [Theory]
    [InlineData("loudest", "r1", "sample")]
    [InlineData("reinforced", "r4", "sample")]
    [InlineData("reinforced", "r1", "greedy")]
    public void Unknown_names_are_refused(string kind, string reward, string mode)
    {
        var spec = new WeightingSpec { Reward = reward, Mode = mode };
        Assert.Equal("KD1222", Assert.Throws<KdException>(() => WeightingCase.Make(kind, 1, spec)).Code);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("random-single")]
    [InlineData("best-single")]
    [InlineData("entropy")]
    [InlineData("confidence")]
    public void What_says_that_it_sees_no_answers_weighs_without_them(string kind)
    {
        IWeighting weighting = WeightingRegistry.Create(new WeightingSetup(new WeightingSpec { Kind = kind }, new ObjectiveSpec(), 2, 2, 0, 3));
        Assert.Equal(kind is not ("uniform" or "random-single"), weighting.SeesAnswers);
        if (weighting.SeesAnswers)
            return;
        using TorchSharp.torch.Tensor none = TorchSharp.torch.empty(0, 2);
        using TorchSharp.torch.Tensor weights = weighting.Weigh(new WeightingState
        {
            Tick = 0,
            Targets = new SoftTargets.SoftTargetBatch { Instances = [0, 1], Logits = [], Embedding = [], StoreHits = 0, TeacherRows = 0 },
            Labels = [0, 0],
            StudentLogits = none,
            Device = TorchSharp.torch.CPU,
        });
        Assert.Equal([2L, 2L], weights.shape);
    }
}
