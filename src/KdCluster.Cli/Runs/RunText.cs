using System.Globalization;
using KdCluster.Cli.Output;
using KdCluster.Client;
using KdCluster.Metrics;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>What is said of runs and students, in words.</summary>
internal static class RunText
{
    /// <summary>A state in one word.</summary>
    public static string State(RunState state) => state switch
    {
        RunState.Pending => "pending",
        RunState.Preparing => "preparing",
        RunState.Running => "running",
        RunState.Succeeded => "succeeded",
        RunState.Failed => "failed",
        RunState.Cancelled => "cancelled",
        RunState.Interrupted => "interrupted",
        _ => "unknown",
    };

    /// <summary>Whether a run has ended in any way.</summary>
    public static bool Over(Run run) => run.State is RunState.Succeeded or RunState.Failed or RunState.Cancelled or RunState.Interrupted;

    /// <summary>Whether resuming an ended run is of use: it was stopped, or what made it fail may pass, and not what it was asked to do.</summary>
    public static bool GoesOn(Run run) => run.State is RunState.Cancelled or RunState.Interrupted
        || (run.State == RunState.Failed && run.Students.Any(s => s.Step > 0) && run.Errors.All(e => RpcErrors.MayPass(e.Code)));

    /// <summary>What names a student among those shown: weighting and seed, or the run's name where every run has one student.</summary>
    public static string Label(Run run, Student student, bool severalRuns) =>
        !severalRuns ? Format($"{student.Variant}/{student.Seed}")
        : run.Students.Count == 1 ? run.Name
        : Format($"{run.Name} {student.Variant}/{student.Seed}");

    /// <summary>Share of its steps that a student has done, 0 to 1.</summary>
    public static double Share(Student student) => student.Steps > 0 ? (double)student.Step / student.Steps : 0;

    /// <summary>Where in its training a student is.</summary>
    public static string Stage(Student student)
    {
        string phase = student.Stage == "train" ? Format($"epoch {student.Epoch}/{student.Epochs}") : student.Stage;
        return student.RecipeStages > 0 && !RunProgress.IsDone(student) ? Format($"stage {student.RecipeStage} ({student.RecipeStageNumber}/{student.RecipeStages}), {phase}") : phase;
    }

    /// <summary>A loss with three decimals; empty until it is known.</summary>
    public static string Loss(Student student) => double.IsFinite(student.Loss) ? Format($"loss {student.Loss:0.000}") : "";

    /// <summary>An accuracy in per cent with a name before it; empty until it is known.</summary>
    public static string Accuracy(string name, double accuracy) => double.IsFinite(accuracy) ? $"{name} {Human.Percent(accuracy)}" : "";

    /// <summary>The figure that a student is compared by, with a name before it; empty until it is known.</summary>
    /// <param name="name">Which rows it is of.</param>
    /// <param name="student">Whose.</param>
    /// <param name="tested">On the test rows; else on the validation rows.</param>
    public static string Figure(string name, Student student, bool tested)
    {
        if (student.Metric.Length == 0)
            return Accuracy(name, tested ? student.TestAccuracy : student.ValidationAccuracy);
        IDictionary<string, double> figures = tested ? student.TestFigures : student.ValidationFigures;
        return figures.Count == 0 ? "" : $"{name} {Figure(student.Metric, figures)}";
    }

    /// <summary>A figure by its name, with that name before it.</summary>
    public static string Figure(string metric, IDictionary<string, double> figures) =>
        figures.TryGetValue(metric, out double value) ? Format($"{Title(metric)} {value:0.0000}") : $"{Title(metric)} undefined";

    /// <summary>What a student is compared by, the more the better; NaN until it is known, and where it is undefined.</summary>
    /// <param name="student">Whose.</param>
    /// <param name="tested">On the test rows; else on the validation rows.</param>
    public static double Worth(Student student, bool tested) => student.Metric.Length == 0
        ? tested ? student.TestAccuracy : student.ValidationAccuracy
        : (tested ? student.TestFigures : student.ValidationFigures).TryGetValue(student.Metric, out double value) ? (Metric.All.FirstOrDefault(m => m.Name == student.Metric)?.LowerIsBetter == true ? -value : value) : double.NaN;

    // One that this version does not know has its name alone.
    private static string Title(string metric) => Metric.All.FirstOrDefault(m => m.Name == metric)?.Title ?? metric;

    /// <summary>When something happened, in local time; seconds since 1970.</summary>
    public static string When(double seconds, TimeProvider time) => seconds <= 0
        ? "-"
        : TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddSeconds(seconds), time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Seconds from a run's start to its end, or to now.</summary>
    public static double Elapsed(Run run, TimeProvider time) => run.Started <= 0
        ? double.NaN
        : Math.Max(0, (run.Ended > 0 ? run.Ended : Now(time)) - run.Started);

    /// <summary>The parts that say something, with two blanks between.</summary>
    public static string Join(params IEnumerable<string> parts) => string.Join("  ", parts.Where(p => p.Length > 0));

    private static double Now(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
