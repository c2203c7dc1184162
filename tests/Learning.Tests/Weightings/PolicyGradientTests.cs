using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;

namespace KdCluster.Tests.Weightings;

/// <summary>The hand-made gradient against finite differences of the expected objective, every action enumerated.</summary>
public class PolicyGradientTests
{
    private const int Teachers = 3, Features = 5, Instances = 4;
    private const double Entropy = 0.3, Baseline = 0.7, Deviation = 1.9;

    private static readonly float[] States = Numbers(Instances * Teachers * Features, 1);
    private static readonly float[] Rewards = Numbers(Instances << Teachers, 2);

    [Fact]
    public void Its_expectation_is_the_gradient_of_the_expected_reward_and_entropy()
    {
        float[] parameters = Numbers(Teachers * (Features + 1), 3);
        float[] found = ExpectedGradient(parameters, Baseline, Deviation);
        for (int i = 0; i < parameters.Length; i++)
        {
            double[] up = [.. parameters.Select(p => (double)p)], down = [.. up];
            up[i] += 1e-4;
            down[i] -= 1e-4;
            double difference = (Expected(up) - Expected(down)) / 2e-4;
            Assert.Equal(difference, found[i], 1e-4);
        }
    }

    [Fact]
    public void A_baseline_changes_no_expectation()
    {
        float[] parameters = Numbers(Teachers * (Features + 1), 3);
        float[] with = ExpectedGradient(parameters, 5, 1), without = ExpectedGradient(parameters, 0, 1);
        for (int i = 0; i < with.Length; i++)
            Assert.Equal(without[i], with[i], 1e-4);
    }

    [Fact]
    public void Nobody_chosen_means_the_most_probable_alone()
    {
        var weights = new float[3];
        SelectionPolicy.Select([false, false, false], [-3, -1, -2], weights);
        Assert.Equal([0, 1, 0], weights);
        SelectionPolicy.Select([true, false, true], [-3, -1, -2], weights);
        Assert.Equal([0.5f, 0, 0.5f], weights);
        SelectionPolicy.Expect([0, 0, MathF.Log(0.25f / 0.75f)], weights);
        Assert.Equal(0.4f, weights[0], 1e-6f);
        Assert.Equal(0.2f, weights[2], 1e-6f);
        SelectionPolicy.Expect([-200, -200, -200], weights);
        Assert.Equal(1, weights.Sum(), 5);
    }

    // Every action of an instance is added as often as it is likely: a float32 sum, so that tolerances are those of float32.
    private static float[] ExpectedGradient(float[] parameters, double baseline, double deviation)
    {
        var policy = new SelectionPolicy(Teachers, Features);
        parameters.CopyTo(policy.Parameters, 0);
        var total = new double[parameters.Length];
        for (int i = 0; i < Instances; i++)
        {
            for (int actions = 0; actions < 1 << Teachers; actions++)
            {
                var gradient = new PolicyGradient(Teachers, Features);
                double likelihood = 1;
                for (int k = 0; k < Teachers; k++)
                {
                    float[] state = [.. States.AsSpan(((i * Teachers) + k) * Features, Features), 1];
                    float logit = policy.Logit(k, state);
                    bool action = (actions >> k & 1) == 1;
                    double chosen = SelectionPolicy.Probability(logit);
                    likelihood *= action ? chosen : 1 - chosen;
                    gradient.Add(k, state, action, logit, Rewards[(i << Teachers) + actions]);
                    gradient.AddEntropy(k, state, logit);
                }

                float[] one = gradient.Total(baseline, deviation, Entropy);
                for (int p = 0; p < total.Length; p++)
                    total[p] += likelihood * one[p];
            }
        }

        return [.. total.Select(t => (float)t)];
    }

    private static double Expected(double[] parameters)
    {
        double sum = 0;
        for (int i = 0; i < Instances; i++)
        {
            var chance = new double[Teachers];
            for (int k = 0; k < Teachers; k++)
            {
                double logit = parameters[(k * (Features + 1)) + Features];
                for (int f = 0; f < Features; f++)
                    logit += parameters[(k * (Features + 1)) + f] * States[(((i * Teachers) + k) * Features) + f];
                chance[k] = 1 / (1 + Math.Exp(-logit));
                sum -= Entropy * ((chance[k] * Math.Log(chance[k])) + ((1 - chance[k]) * Math.Log(1 - chance[k])));
            }

            for (int actions = 0; actions < 1 << Teachers; actions++)
            {
                double likelihood = 1;
                for (int k = 0; k < Teachers; k++)
                    likelihood *= (actions >> k & 1) == 1 ? chance[k] : 1 - chance[k];
                sum += likelihood * (Rewards[(i << Teachers) + actions] - Baseline) / Deviation;
            }
        }

        return sum;
    }

    private static float[] Numbers(int count, long seed) =>
        [.. Enumerable.Range(0, count).Select(i => (float)((CounterRandom.Unit(seed, RandomStream.Dropout, i) - 0.5) * 3))];
}
