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

    /// <summary>Newest validation accuracy; 0 before the first.</summary>
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

    /// <summary>Whether <paramref name="found"/> is better: more accurate, or as accurate with less cross-entropy.</summary>
    /// <param name="found">A validation.</param>
    /// <param name="select"><c>cross-entropy</c>: by that alone; <c>last</c>: the newest always is.</param>
    public bool IsBeatenBy(EvaluationResult found, string select) => Best is null || select switch
    {
        "last" => true,
        "cross-entropy" => found.CrossEntropy < Best.CrossEntropy,
        _ => found.Accuracy > Best.Accuracy || (found.Accuracy == Best.Accuracy && found.CrossEntropy < Best.CrossEntropy),
    };
}
