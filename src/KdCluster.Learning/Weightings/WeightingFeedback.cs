namespace KdCluster.Learning.Weightings;

/// <summary>What a weighting hears after <see cref="IWeighting.Weigh"/>; the same batch.</summary>
/// <param name="State">The batch.</param>
/// <param name="ValidationAccuracy">The student's newest validation accuracy, 0 to 1; 0 before the first validation.</param>
public readonly record struct WeightingFeedback(WeightingState State, double ValidationAccuracy);
