using KdCluster.SoftTargets;
using KdCluster.Weightings;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// Mixes the teachers of each instance. Every weighting gives rows that sum to 1, so that comparing two of them compares the weighting and not the
/// loss's scale. To add one: implement this in a separate file and name it in <see cref="WeightingRegistry"/>. Used by one thread.
/// </summary>
public interface IWeighting
{
    /// <summary>The name that recipes use.</summary>
    string Name { get; }

    /// <summary>Whether <see cref="SoftTargets.SoftTargetBatch.Embedding"/> must be fetched.</summary>
    bool NeedsEmbedding { get; }

    /// <summary>Whether it looks at what the teachers or the student say of the batch. If not, the state of a language model's batch leaves that out: it is as dear as the loss.</summary>
    bool SeesAnswers => true;

    /// <summary>Whether it learns: then training begins with the warm-up of student and policy (arXiv 2012.06048), and <see cref="Learn"/> is called.</summary>
    bool Learns { get; }

    /// <summary>Names the batch that <see cref="Weigh"/> is asked for next, before the student has seen it: what does not need the student is computed meanwhile.</summary>
    /// <param name="tick">Number of the batch.</param>
    /// <param name="targets">What the teachers say of it.</param>
    /// <param name="labels">Class numbers: [batch].</param>
    void Prepare(long tick, SoftTargetBatch targets, int[] labels)
    {
    }

    /// <summary>The weights of one batch.</summary>
    /// <returns>float32, on the state's device, rows summing to 1: [batch, teachers].</returns>
    Tensor Weigh(WeightingState state);

    /// <summary>What the batch weighed last was given, on average over draws: [batch, teachers] flattened, or [teachers] when it is the same for all.</summary>
    ReadOnlySpan<float> Given { get; }

    /// <summary>Learns from the batch that was weighed last.</summary>
    /// <param name="feedback">What it learns from.</param>
    /// <param name="read">Whether the reward is wanted: reading waits until it is known.</param>
    /// <returns>The batch's mean reward; NaN when it was not read, or the weighting does not learn.</returns>
    double Learn(WeightingFeedback feedback, bool read = true);

    /// <summary>The weights given since the training began, warm-up excluded.</summary>
    WeightStatistics Statistics { get; }

    /// <summary>Everything that a resumed training needs, by name.</summary>
    IReadOnlyDictionary<string, double[]> StateDict();

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <exception cref="InvalidDataException">A name is missing, or an array has another length.</exception>
    void Load(IReadOnlyDictionary<string, double[]> state);
}
