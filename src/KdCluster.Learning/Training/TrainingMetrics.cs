using System.Diagnostics.Metrics;
using KdCluster.Telemetry;

namespace KdCluster.Learning.Training;

/// <summary>What trainings count.</summary>
internal static class TrainingMetrics
{
    private static readonly Meter s_meter = new(KdTelemetry.Learning, KdTelemetry.Version);
    private static readonly Histogram<double> s_step = s_meter.Histogram(MetricCatalog.StudentStepDuration);
    private static readonly Counter<long> s_rows = s_meter.Counter(MetricCatalog.StudentRows);
    private static readonly Histogram<double> s_checkpoint = s_meter.Histogram(MetricCatalog.StudentCheckpointDuration);
    private static readonly Counter<long> s_losses = s_meter.Counter(MetricCatalog.StudentPolicyLosses);

    /// <summary>A step was done.</summary>
    public static void Step(TrainingPhase phase, int rows, TimeSpan took)
    {
        s_step.Record(took.TotalSeconds, new KeyValuePair<string, object?>("stage", Name(phase)));
        s_rows.Add(rows);
    }

    /// <summary>A checkpoint was written.</summary>
    public static void Checkpoint(TimeSpan took) => s_checkpoint.Record(took.TotalSeconds);

    /// <summary>A student's policy was lost.</summary>
    public static void PolicyLost() => s_losses.Add(1);

    private static string Name(TrainingPhase phase) => phase switch
    {
        TrainingPhase.StudentWarmup => "student-warmup",
        TrainingPhase.PolicyWarmup => "policy-warmup",
        _ => "train",
    };
}
