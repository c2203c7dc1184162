using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// A weighting that learns: how much each teacher counts on each instance. It computes on the host alone, on plain arrays, so that it can live in a grain; what its student and
/// its trainer know of it are its answers. What it does is a function of its setup, its state and its calls in their order. Used by one thread at a time.
/// </summary>
public interface IPolicy
{
    /// <summary>The weights of one batch.</summary>
    PolicyWeights Weigh(PolicyBatch batch);

    /// <summary>The weights that it gives a batch on average over its draws. Changes nothing that it learns or counts; the batch weighed last is forgotten.</summary>
    /// <returns>Rows that sum to 1: [batch, teachers] flattened.</returns>
    float[] Expect(PolicyBatch batch);

    /// <summary>Learns from the batch that was weighed last.</summary>
    /// <returns>The batch's mean reward; NaN when it is frozen.</returns>
    double Learn(PolicyFeedback feedback);

    /// <summary>From now on it learns nothing and draws nothing: it gives what it would give on average.</summary>
    void Freeze();

    /// <summary>The weights given so far.</summary>
    WeightStatistics Statistics { get; }

    /// <summary>The arrays of <see cref="StateDict"/> that hold what it has learned, which another student's policy can begin with.</summary>
    IReadOnlyList<string> Learned { get; }

    /// <summary>Everything that it needs to go on, by name.</summary>
    Dictionary<string, double[]> StateDict();

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <exception cref="InvalidDataException">A name is missing, or an array has another length.</exception>
    void Load(IReadOnlyDictionary<string, double[]> state);
}
