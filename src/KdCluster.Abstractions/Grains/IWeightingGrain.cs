namespace KdCluster.Grains;

/// <summary>Keeps what the weighting of one student has learned so far, in numbers small enough for a message. Key: <c>run/variant/seed</c>.</summary>
[Alias("kd.IWeightingGrain")]
public interface IWeightingGrain : IGrainWithStringKey
{
    /// <summary>Told by the trainer at every checkpoint.</summary>
    [Alias("Publish")] Task PublishAsync(WeightingSnapshot snapshot);

    /// <summary>The last snapshot; null before the first.</summary>
    [Alias("Get")] Task<WeightingSnapshot?> GetAsync();
}

/// <summary>A weighting at one step.</summary>
/// <param name="Kind">The weighting's kind.</param>
/// <param name="Step">The student's step.</param>
/// <param name="Weights">Mean weight per teacher since the run began.</param>
[GenerateSerializer, Immutable, Alias("kd.WeightingSnapshot")]
public sealed record WeightingSnapshot([property: Id(0)] string Kind, [property: Id(1)] long Step, [property: Id(2)] double[] Weights);
