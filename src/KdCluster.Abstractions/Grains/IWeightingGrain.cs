using KdCluster.Weightings;
using Orleans.Concurrency;

namespace KdCluster.Grains;

/// <summary>
/// The policy of one student: it weighs each batch and learns from it. The trainer places it on its own silo and calls it for every batch. For a weighting that is a fixed
/// rule, which the trainer computes, it only says what was done. Key: <c>run/variant/seed</c>.
/// </summary>
/// <remarks>
/// A policy that has begun has an incarnation, which the trainer's calls carry. An activation that has not begun, or has begun anew since, answers with null: the trainer then
/// goes back to the student's last checkpoint and begins the policy from there.
/// </remarks>
[Alias("kd.IWeightingGrain")]
public interface IWeightingGrain : IGrainWithStringKey
{
    /// <summary>Sets the policy to a state, on the silo that the order names.</summary>
    /// <returns>Whether it has begun, or why not. Where it must move first, ask again.</returns>
    [Alias("Begin")] Task<PolicyBegun> BeginAsync(PolicyOrder order);

    /// <summary>The weights of a batch; null: not in this incarnation.</summary>
    [Alias("Weigh")] Task<PolicyWeights?> WeighAsync(long incarnation, PolicyBatch batch);

    /// <summary>Learns from the batch weighed last.</summary>
    /// <returns>The batch's mean reward, NaN when the policy is frozen; null: not in this incarnation.</returns>
    [Alias("Learn")] Task<double?> LearnAsync(long incarnation, PolicyFeedback feedback);

    /// <summary>All of the policy, for the student's checkpoint. The grain keeps it too, and can be asked after the run; null: not in this incarnation.</summary>
    [Alias("State")] Task<PolicyState?> StateAsync(long incarnation);

    /// <summary>The policy learns no more and draws no more.</summary>
    /// <returns>False: not in this incarnation.</returns>
    [Alias("Freeze")] Task<bool> FreezeAsync(long incarnation);

    /// <summary>The student needs the policy no more, in this incarnation: memory is given back, and what was kept can still be asked.</summary>
    [Alias("End")] Task EndAsync(long incarnation);

    /// <summary>Told now and then by the trainer of a fixed rule.</summary>
    [Alias("Publish")] Task PublishAsync(WeightingSnapshot snapshot);

    /// <summary>What a fixed rule has done; null before it was told.</summary>
    [Alias("Get")] Task<WeightingSnapshot?> GetAsync();

    /// <summary>What the policy is and has done, now or when it was kept last; null: there is none.</summary>
    [Alias("Describe")] Task<PolicyDescription?> DescribeAsync();

    /// <summary>The weights that the policy gives a batch on average, now or when it was kept last. Changes nothing.</summary>
    /// <returns>[batch, teachers] flattened; null: there is no policy.</returns>
    [Alias("Ask")] Task<float[]?> AskAsync(PolicyBatch batch);
}

/// <summary>A weighting at one step.</summary>
/// <param name="Kind">The weighting's kind.</param>
/// <param name="Step">The student's step.</param>
/// <param name="Weights">Mean weight per teacher since the run began.</param>
[GenerateSerializer, Immutable, Alias("kd.WeightingSnapshot")]
public sealed record WeightingSnapshot([property: Id(0)] string Kind, [property: Id(1)] long Step, [property: Id(2)] double[] Weights);

/// <summary>What a policy begins with.</summary>
[GenerateSerializer, Immutable, Alias("kd.PolicyOrder")]
public sealed record PolicyOrder
{
    /// <summary>Kind, options, sizes and seed: JSON of the learning library.</summary>
    [Id(0)] public required string Setup { get; init; }

    /// <summary>What it reads.</summary>
    [Id(1)] public required PolicyInputs Inputs { get; init; }

    /// <summary>The student's attempt: an older one is refused.</summary>
    [Id(2)] public required long Attempt { get; init; }

    /// <summary>Orleans' address of the silo that trains the student, where the policy must be.</summary>
    [Id(3)] public required string Silo { get; init; }

    /// <summary>Of the student's checkpoint; null: the student begins.</summary>
    [Id(4)] public Dictionary<string, double[]>? State { get; init; }

    /// <summary>What it has learned before, where the student begins; null: nothing.</summary>
    [Id(5)] public Dictionary<string, double[]>? Learned { get; init; }
}

/// <summary>How a policy stands after <see cref="IWeightingGrain.BeginAsync"/>.</summary>
public enum PolicyStart
{
    /// <summary>It has begun.</summary>
    Begun,

    /// <summary>It is on another silo and leaves it: ask again.</summary>
    Moving,

    /// <summary>A later attempt of the student has it.</summary>
    Superseded,

    /// <summary>The state is not one of this policy.</summary>
    Unfit,
}

/// <summary>The answer to <see cref="IWeightingGrain.BeginAsync"/>.</summary>
/// <param name="Start">Whether it has begun.</param>
/// <param name="Incarnation">What later calls carry; 0 where it has not begun.</param>
/// <param name="Statistics">Of the weights given so far; null where it has not begun.</param>
/// <param name="Why">Why the state does not fit; empty otherwise.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyBegun")]
public sealed record PolicyBegun([property: Id(0)] PolicyStart Start, [property: Id(1)] long Incarnation, [property: Id(2)] WeightStatistics? Statistics, [property: Id(3)] string Why = "");

/// <summary>What a policy is and has done.</summary>
/// <param name="Kind">The weighting's kind.</param>
/// <param name="Setup">Kind, options, sizes and seed: JSON of the learning library.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Statistics">Of the weights given so far.</param>
/// <param name="Learned">What it has learned: arrays by name.</param>
/// <param name="Silo">The gRPC address of the silo where it is at work; empty when it is not.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyDescription")]
public sealed record PolicyDescription(
    [property: Id(0)] string Kind, [property: Id(1)] string Setup, [property: Id(2)] PolicyInputs Inputs, [property: Id(3)] WeightStatistics Statistics,
    [property: Id(4)] Dictionary<string, double[]> Learned, [property: Id(5)] string Silo);
