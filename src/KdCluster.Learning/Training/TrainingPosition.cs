using KdCluster.Metrics;

namespace KdCluster.Learning.Training;

/// <summary>All of a training that is not an array: what a resume checkpoint keeps as JSON.</summary>
internal sealed record TrainingPosition
{
    /// <summary><see cref="JobFingerprint"/> of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Ticks done.</summary>
    public int Tick { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public long OptimizerSteps { get; init; }

    /// <summary>Bytes of <c>metrics.jsonl</c> that belong to the ticks done.</summary>
    public long MetricsLength { get; init; }

    /// <summary>Newest validation accuracy; 0 before the first, and of a regression.</summary>
    public double ValidationAccuracy { get; init; }

    /// <summary>Best validation so far; null before the first.</summary>
    public EvaluationResult? Best { get; init; }

    /// <summary>Student steps before it.</summary>
    public long BestStep { get; init; }

    /// <summary>Time spent so far.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Time waited for soft targets so far.</summary>
    public TimeSpan Stall { get; init; }

    /// <summary>Rows × teachers that the store had so far.</summary>
    public long StoreHits { get; init; }

    /// <summary>Rows × teachers that teachers computed so far.</summary>
    public long TeacherRows { get; init; }

    /// <summary>Whether <paramref name="found"/> is better by what is selected by; of equally good ones, where that is no loss itself, the one with the lower loss. An undefined figure is worse than any.</summary>
    /// <param name="found">A validation.</param>
    /// <param name="select"><c>accuracy</c>, <c>cross-entropy</c>, <c>pearson</c>, <c>spearman</c> or <c>mse</c>; <c>last</c>: the newest always is better.</param>
    public bool IsBeatenBy(EvaluationResult found, string select)
    {
        if (Best is null || select == "last")
            return true;
        Metric metric = Metric.Find(select.Replace('-', '_'));
        double now = Worth(found), before = Worth(Best);
        return now > before || (now == before && !metric.LowerIsBetter && found.Loss < Best.Loss);

        double Worth(EvaluationResult result) => (metric.LowerIsBetter ? -result.Find(metric) : result.Find(metric)) ?? double.NegativeInfinity;
    }
}
