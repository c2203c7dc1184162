namespace KdCluster.Weightings;

/// <summary>How a weighting spread its weights over the teachers.</summary>
/// <param name="Instances">Instances weighed; those of several epochs count each time.</param>
/// <param name="MeanWeight">Mean weight of each teacher, in the teachers' order; sums to 1.</param>
/// <param name="Spread">
/// Deviation of each teacher's weight over the instances of one batch (of a policy: of its expected weight), pooled over all batches: 0 is a weighting that
/// gives every instance the same weights, even if they changed over time. NaN when the training was begun by a version that did not measure it.
/// </param>
/// <param name="SelectedShare">Share of the instances in which each teacher had any weight.</param>
/// <param name="Entropy">Mean entropy of an instance's weights in nats: 0 is always one teacher, log K is always all alike.</param>
[GenerateSerializer, Immutable, Alias("kd.WeightStatistics")]
public sealed record WeightStatistics(
    [property: Id(0)] long Instances, [property: Id(1)] double[] MeanWeight, [property: Id(2)] double[] Spread, [property: Id(3)] double[] SelectedShare, [property: Id(4)] double Entropy);
