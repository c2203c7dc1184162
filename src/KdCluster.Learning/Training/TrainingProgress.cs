namespace KdCluster.Learning.Training;

/// <summary>Where a training is.</summary>
public sealed record TrainingProgress
{
    /// <summary>What it is doing.</summary>
    public required TrainingPhase Phase { get; init; }

    /// <summary>Current epoch, counted from 1; in the policy's warm-up, that of the step that follows.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    public required int Epochs { get; init; }

    /// <summary>Batches done, the policy's warm-up included.</summary>
    public required long Step { get; init; }

    /// <summary>Batches in all, the policy's warm-up included.</summary>
    public required long Steps { get; init; }

    /// <summary>Training rows per second since the report before.</summary>
    public double RowsPerSecond { get; init; }

    /// <summary>The objective's value on the newest batch read; NaN before the first.</summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>Cross-entropy on the labels, nats, of the same batch.</summary>
    public double CrossEntropy { get; init; } = double.NaN;

    /// <summary>T²·KL to the mixed teachers, nats, of the same batch; 0 without teachers.</summary>
    public double Distillation { get; init; } = double.NaN;

    /// <summary>Mean reward of the newest batch that the policy saw; NaN without one.</summary>
    public double Reward { get; init; } = double.NaN;

    /// <summary>Learning rate of the newest step.</summary>
    public double LearningRate { get; init; }

    /// <summary>Newest validation accuracy, 0 to 1; NaN before the first, and of a regression.</summary>
    public double ValidationAccuracy { get; init; } = double.NaN;

    /// <summary>The validation of the best checkpoint; null before the first.</summary>
    public EvaluationResult? Best { get; init; }

    /// <summary>Best validation accuracy, 0 to 1; NaN before the first, and of a regression.</summary>
    public double BestAccuracy { get; init; } = double.NaN;

    /// <summary>Share of the time so far, 0 to 1, that the student waited for soft targets.</summary>
    public double StallShare { get; init; }

    /// <summary>Rows × teachers that the store had so far.</summary>
    public long StoreHits { get; init; }

    /// <summary>Rows × teachers that teachers had to compute so far.</summary>
    public long TeacherRows { get; init; }

    /// <summary>Mean weight of each teacher so far; empty without teachers.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];

    /// <summary>Something a person should know, such as <c>KD1208</c>; null when there is nothing.</summary>
    public string? Notice { get; init; }
}
