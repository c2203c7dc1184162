using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>A batch's loss. Its numbers are read only when asked for: a read waits for the device.</summary>
/// <param name="gradientLoss">What to differentiate: a scalar with the loss's gradient by the student; its value may be another.</param>
/// <param name="read">Reads the exact values; valid while the step's tensors live.</param>
public sealed class ObjectiveValue(Tensor gradientLoss, Func<ObjectiveParts> read)
{
    /// <summary>What to differentiate: a scalar with the loss's gradient by the student; its value may be another.</summary>
    public Tensor GradientLoss { get; } = gradientLoss;

    /// <summary>The exact values; call it inside the step's dispose scope.</summary>
    public ObjectiveParts Read() => read();
}
