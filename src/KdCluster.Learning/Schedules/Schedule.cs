using KdCluster.Recipes;

namespace KdCluster.Learning.Schedules;

/// <summary>
/// The value of a schedule: a pure function of the position. With u from 0 at the first step to 1 at the last of those over which it changes: from + u·(to − from)
/// (<c>linear</c>), to + (from − to)·(1 + cos πu)/2 (<c>cosine</c>), from·(to/from)^u (<c>exponential</c>). <c>steps</c> holds from + (to − from)·j/(n−1) in epoch e of E, with j = ⌊e·n/E⌋
/// and n the number of levels, at most E: the target scale Φ of arXiv 2104.07163 is from 1/τ to 1 in τ levels. The last step has exactly the end value, whatever divides what.
/// </summary>
public static class Schedule
{
    /// <summary>The value at a step.</summary>
    /// <param name="schedule">What changes how.</param>
    /// <param name="at">Which step.</param>
    /// <exception cref="KdException"><c>KD1226</c>: there is no schedule of that kind.</exception>
    public static double ValueAt(ScheduleSpec schedule, StepPosition at)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        double from = schedule.From, to = schedule.To, done = Done(at.Step, at.Steps, schedule.Over);
        return schedule.Kind switch
        {
            ScheduleSpec.Constant => from,
            "steps" => Level(schedule, at),
            _ when done >= 1 => to,
            "linear" => from + (done * (to - from)),
            "cosine" => to + ((from - to) * (1 + Math.Cos(Math.PI * done)) / 2),
            "exponential" => from * Math.Pow(to / from, done),
            _ => throw new KdException("KD1226", $"there is no schedule '{schedule.Kind}'.", remedy: "Use constant, linear, cosine, exponential or steps."),
        };
    }

    // 1 from the last step on that it changes in.
    private static double Done(int step, int steps, double over)
    {
        double last = (Math.Max(steps, 1) * over) - 1;
        return step >= last ? 1 : step / last;
    }

    private static double Level(ScheduleSpec schedule, StepPosition at)
    {
        int epochs = Math.Max((int)Math.Round(at.Epochs * schedule.Over), 1), levels = Math.Min(schedule.Levels, epochs);
        int level = at.Epoch >= epochs ? levels - 1 : (int)((long)at.Epoch * levels / epochs);
        return level >= levels - 1 ? schedule.To : schedule.From + ((schedule.To - schedule.From) * level / (levels - 1));
    }
}
