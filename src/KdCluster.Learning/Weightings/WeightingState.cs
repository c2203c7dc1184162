using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>The data of one batch that a weighting uses before the student's step.</summary>
public sealed class WeightingState
{
    /// <summary>Number of the batch in the whole training, counted from 0 over all phases. It is unique, and the same after a resume.</summary>
    public required long Tick { get; init; }

    /// <summary>The teachers' soft targets, on the host. Their logits are [teachers, batch, classes], of a regression their scores [teachers, batch].</summary>
    public required SoftTargetBatch Targets { get; init; }

    /// <summary>Class numbers: [batch].</summary>
    public required int[] Labels { get; init; }

    /// <summary>Of a regression the number that each row is labelled with: [batch]; null: the labels are classes.</summary>
    public float[]? Scores { get; init; }

    /// <summary>The student's logits on the batch, without gradient: [batch, classes], on the student's device; of a language model empty where the weighting looks at no answers.</summary>
    public required Tensor StudentLogits { get; init; }

    /// <summary>Cosine of the student's projected embedding and each teacher's, without gradient: [batch, teachers]; null where the objective compares no embeddings.</summary>
    public Tensor? Cosines { get; init; }

    /// <summary>The device on which the weights are needed.</summary>
    public required Device Device { get; init; }
}
