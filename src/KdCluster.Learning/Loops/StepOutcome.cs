using KdCluster.Learning.Objectives;

namespace KdCluster.Learning.Loops;

/// <summary>What a step has to tell.</summary>
/// <param name="Parts">The loss and its parts; null when they were not read, or the student was frozen.</param>
/// <param name="GradientNorm">Before clipping; NaN when it was not computed.</param>
/// <param name="Reward">The batch's mean reward; NaN when the policy did not see it.</param>
/// <param name="Sound">False when a number that was looked at is not finite; the weights were not touched if it was the gradients' norm.</param>
internal readonly record struct StepOutcome(ObjectiveParts? Parts, double GradientNorm, double Reward, bool Sound)
{
    /// <summary>Further figures of the loop for the metrics, of steps whose numbers were read; null: there are none.</summary>
    public IReadOnlyList<(string Name, double Value)>? Figures { get; init; }
}
