namespace KdCluster.Learning.Weightings;

/// <summary>How a weighting spread its weights over the teachers.</summary>
/// <param name="Instances">Instances weighed; those of several epochs count each time.</param>
/// <param name="MeanWeight">Mean weight of each teacher, in the teachers' order; sums to 1.</param>
/// <param name="SelectedShare">Share of the instances in which each teacher had any weight.</param>
/// <param name="Entropy">Mean entropy of an instance's weights in nats: 0 is always one teacher, log K is always all alike.</param>
public sealed record WeightStatistics(long Instances, IReadOnlyList<double> MeanWeight, IReadOnlyList<double> SelectedShare, double Entropy);
