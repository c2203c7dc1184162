using KdCluster.Recipes;

namespace KdCluster.Learning.Training;

/// <summary>Constants of Adam and AdamW.</summary>
/// <param name="Decoupled">AdamW: decay shrinks the weights themselves (arXiv 1711.05101, algorithm 2); Adam: it is added to the gradient.</param>
/// <param name="WeightDecay">λ.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
internal sealed record AdamConstants(bool Decoupled, double WeightDecay, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8)
{
    /// <exception cref="KdException"><c>KD1224</c>: the optimizer has no such name.</exception>
    public static AdamConstants Of(TrainingSpec spec) => spec.Optimizer switch
    {
        "adam" => new AdamConstants(false, spec.WeightDecay),
        "adamw" => new AdamConstants(true, spec.WeightDecay),
        _ => throw new KdException("KD1224", $"there is no optimizer '{spec.Optimizer}'.", "training.optimizer", "Use adam or adamw."),
    };
}
