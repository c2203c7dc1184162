using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// Where the policy of one student is: in this process, or in a grain. Calls are made one after another, each when the one before has answered; <see cref="BeginAsync"/> is the
/// first. A host that has lost the policy says so by <see cref="PolicyLostException"/>: its student then goes back to its last checkpoint, and begins the policy anew from there.
/// </summary>
public interface IPolicyHost
{
    /// <summary>Sets the policy to a state.</summary>
    /// <param name="setup">What it is made for.</param>
    /// <param name="state">Of a checkpoint; null: it begins.</param>
    /// <param name="learned">What it begins with where <paramref name="state"/> is null: the learned arrays of another student's policy; null: nothing.</param>
    /// <returns>The weights given so far.</returns>
    /// <exception cref="InvalidDataException">The state is of another policy.</exception>
    /// <exception cref="KdException"><c>KD1504</c>: a later attempt of the student has it.</exception>
    Task<WeightStatistics> BeginAsync(WeightingSetup setup, IReadOnlyDictionary<string, double[]>? state, IReadOnlyDictionary<string, double[]>? learned);

    /// <inheritdoc cref="IPolicy.Weigh"/>
    Task<PolicyWeights> WeighAsync(PolicyBatch batch);

    /// <inheritdoc cref="IPolicy.Learn"/>
    Task<double> LearnAsync(PolicyFeedback feedback);

    /// <summary>All of the policy, for a checkpoint; where the host keeps policies, it keeps this.</summary>
    Task<PolicyState> StateAsync();

    /// <inheritdoc cref="IPolicy.Freeze"/>
    Task FreezeAsync();
}
