using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>What a weighting sees of one batch before the student learns from it.</summary>
public sealed class WeightingState
{
    /// <summary>Number of the batch in the whole training, counted from 0 over all phases: never the same twice, and the same again after a resume.</summary>
    public required long Tick { get; init; }

    /// <summary>What the teachers say, on the host.</summary>
    public required SoftTargetBatch Targets { get; init; }

    /// <summary>Class numbers: [batch].</summary>
    public required int[] Labels { get; init; }

    /// <summary>The student's logits on the batch, without gradient: [batch, classes], on the student's device.</summary>
    public required Tensor StudentLogits { get; init; }

    /// <summary>Where the weights are to be.</summary>
    public required Device Device { get; init; }
}
