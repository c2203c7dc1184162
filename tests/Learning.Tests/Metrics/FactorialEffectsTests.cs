using KdCluster.Learning.Metrics;

namespace KdCluster.Tests.Metrics;

public class FactorialEffectsTests
{
    // Box, Hunter and Hunter, Statistics for Experimenters, table 10.1: the yields of a pilot plant, temperature, concentration and catalyst.
    // In our order the last axis changes first: (T, C, K) = 000, 001, 010, 011, 100, 101, 110, 111.
    private static readonly double[][] PilotPlant = [[60], [52], [54], [45], [72], [83], [68], [80]];

    [Fact]
    public void They_are_those_of_a_published_factorial()
    {
        Dictionary<string, double> effects = FactorialEffects.Of(3, PilotPlant).ToDictionary(e => string.Concat(e.Axes.Select(a => "TCK"[a])), e => e.Mean);
        Assert.Equal(["T", "C", "K", "TC", "TK", "CK", "TCK"], effects.Keys);
        // Published 23, −5, 1.5; interactions 1.5, 10, 0, 0.5 are halved there for each further axis.
        Assert.Equal((23, -5, 1.5), (effects["T"], effects["C"], effects["K"]));
        Assert.Equal((3, 20, 0, 2), (effects["TC"], effects["TK"], effects["CK"], effects["TCK"]));
    }

    [Fact]
    public void An_interaction_of_two_is_what_both_do_less_what_each_does()
    {
        double[][] values = [[0.70], [0.74], [0.71], [0.78]];
        Assert.Equal((0.78 - 0.70) - (0.71 - 0.70) - (0.74 - 0.70), FactorialEffects.Of(2, values)[2].Mean, 12);
    }

    [Fact]
    public void Its_interval_is_Students_over_the_seeds()
    {
        // Differences 1, 2, 3, 4, 5: mean 3, deviation √2.5, t(0.975; 4) = 2.776445.
        FactorialEffects effect = Assert.Single(FactorialEffects.Of(1, [[0, 0, 0, 0, 0], [1, 2, 3, 4, 5]]));
        Assert.Equal(3, effect.Mean);
        Assert.Equal(2.776445105 * Math.Sqrt(2.5 / 5), effect.Half, 7);
        Assert.True(effect.IsSeen);
        Assert.False(FactorialEffects.Of(1, [[0, 0], [1, -1]])[0].IsSeen);
        Assert.Equal(double.NaN, FactorialEffects.Of(1, [[0], [1]])[0].Half);
        FactorialEffects constant = FactorialEffects.Of(1, [[0.1, 0.2, 0.4], [0.3, 0.4, 0.6]])[0];
        Assert.True(constant.IsConstant && !constant.IsSeen);
    }

    [Fact]
    public void Combinations_that_are_not_all_there_are_refused()
    {
        Assert.Throws<ArgumentException>(() => FactorialEffects.Of(2, [[1], [2], [3]]));
        Assert.Throws<ArgumentException>(() => FactorialEffects.Of(1, [[1], [2, 3]]));
    }
}
