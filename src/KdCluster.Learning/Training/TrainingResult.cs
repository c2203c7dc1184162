using KdCluster.Weightings;

namespace KdCluster.Learning.Training;

/// <summary>What came of a training; durations and counts are over all its parts when it was interrupted.</summary>
public sealed record TrainingResult
{
    /// <summary>Folder of the best checkpoint.</summary>
    public required string BestFolder { get; init; }

    /// <summary>The best checkpoint on the validation rows.</summary>
    public required EvaluationResult Best { get; init; }

    /// <summary>Student step after which it was taken, counted from 1.</summary>
    public required long BestStep { get; init; }

    /// <summary>Number of weights of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Student steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Time spent.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Time of it that the student waited for soft targets.</summary>
    public required TimeSpan Stall { get; init; }

    /// <summary>Rows × teachers that the store had.</summary>
    public required long StoreHits { get; init; }

    /// <summary>Rows × teachers that teachers had to compute.</summary>
    public required long TeacherRows { get; init; }

    /// <summary>How the teachers were mixed; null without teachers.</summary>
    public required WeightStatistics? Weights { get; init; }
}
