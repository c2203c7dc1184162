using KdCluster.Learning.Schedules;
using KdCluster.Recipes;

namespace KdCluster.Tests.Schedules;

public class ScheduleTests
{
    [Theory]
    [InlineData("linear", 0, 1.0)]
    [InlineData("linear", 1, 0.75)]
    [InlineData("linear", 4, 0.0)]
    [InlineData("cosine", 2, 0.5)]
    [InlineData("cosine", 4, 0.0)]
    [InlineData("constant", 3, 1.0)]
    public void Five_steps_from_one_to_zero(string kind, int step, double value) =>
        Assert.Equal(value, Schedule.ValueAt(new ScheduleSpec { Kind = kind, From = 1, To = kind == "constant" ? 1 : 0 }, new StepPosition(step, 5, 0, 1)), 12);

    [Theory]
    [InlineData(0, 8.0)]
    [InlineData(1, 4.0)]
    [InlineData(3, 1.0)]
    public void Equal_factors(int step, double value) =>
        Assert.Equal(value, Schedule.ValueAt(new ScheduleSpec { Kind = "exponential", From = 8, To = 1 }, new StepPosition(step, 4, 0, 1)), 12);

    // Φ of Annealing-KD: the authors' code overshoots where levels do not divide the epochs (12 epochs, 5 levels: 1.2).
    [Theory]
    [InlineData(20, 10, 2)]
    [InlineData(14, 7, 2)]
    [InlineData(12, 5, 0)]
    [InlineData(10, 7, 0)]
    [InlineData(3, 10, 0)]
    [InlineData(1, 10, 0)]
    public void Levels_hold_for_whole_epochs_and_end_exactly(int epochs, int levels, int each)
    {
        var schedule = new ScheduleSpec { Kind = "steps", From = 1.0 / levels, To = 1, Levels = levels };
        double[] values = [.. Enumerable.Range(0, epochs).Select(e => Schedule.ValueAt(schedule, new StepPosition(7 * e, 7 * epochs, e, epochs)))];
        Assert.Equal(1, values[^1]);
        Assert.Equal(values.Order(), values);
        Assert.Equal(Math.Min(levels, epochs), values.Distinct().Count());
        if (each > 0)
            Assert.All(values.Select((v, e) => (v, e)), p => Assert.Equal(((p.e / each) + 1.0) / levels, p.v, 12));
    }

    [Fact]
    public void What_changes_over_a_part_stays_at_its_end()
    {
        var schedule = new ScheduleSpec { Kind = "linear", From = 0, To = 3, Over = 0.5 };
        Assert.Equal([0.0, 1, 2, 3, 3, 3, 3, 3], Enumerable.Range(0, 8).Select(s => Schedule.ValueAt(schedule, new StepPosition(s, 8, 0, 1))));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("cosine")]
    [InlineData("exponential")]
    public void One_step_has_the_end_value(string kind) =>
        Assert.Equal(0.3, Schedule.ValueAt(new ScheduleSpec { Kind = kind, From = 0.9, To = 0.3 }, new StepPosition(0, 1, 0, 1)));

    [Fact]
    public void An_unknown_kind_is_refused() =>
        Assert.Equal("KD1226", Assert.Throws<KdException>(() => Schedule.ValueAt(new ScheduleSpec { Kind = "ramp" }, new StepPosition(0, 2, 0, 1))).Code);
}
