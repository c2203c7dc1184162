using KdCluster.Learning.Training;
using KdCluster.Recipes;

namespace KdCluster.Tests.Training;

public class LearningRateScheduleTests
{
    [Fact]
    public void It_rises_to_the_peak_and_falls_linearly_to_zero()
    {
        var schedule = new LearningRateSchedule(new TrainingSpec { LearningRate = 1, Warmup = 0.3, Decay = "linear" }, 10);
        double[] wanted = [0.25, 0.5, 0.75, 1, 6 / 7.0, 5 / 7.0, 4 / 7.0, 3 / 7.0, 2 / 7.0, 1 / 7.0, 0];
        for (int s = 0; s < wanted.Length; s++)
            Assert.Equal(wanted[s], schedule.At(s), 12);
    }

    [Fact]
    public void Cosine_is_half_way_in_the_middle_and_none_stays_at_the_peak()
    {
        var cosine = new LearningRateSchedule(new TrainingSpec { LearningRate = 2, Warmup = 0, Decay = "cosine" }, 8);
        Assert.Equal(2, cosine.At(0), 12);
        Assert.Equal(1, cosine.At(4), 12);
        Assert.Equal(0, cosine.At(8), 12);
        var none = new LearningRateSchedule(new TrainingSpec { LearningRate = 2, Warmup = 0, Decay = "none" }, 8);
        Assert.Equal(2, none.At(7));
    }

    [Fact]
    public void An_unknown_decay_is_refused() =>
        Assert.Equal("KD1223", Assert.Throws<KdException>(() => new LearningRateSchedule(new TrainingSpec { Decay = "steps" }, 8)).Code);
}
