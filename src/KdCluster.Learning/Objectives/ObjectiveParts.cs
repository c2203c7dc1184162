namespace KdCluster.Learning.Objectives;

/// <summary>The loss of a batch and what it is made of, in nats, means over the instances.</summary>
/// <param name="Loss">The objective's value.</param>
/// <param name="CrossEntropy">−log q_y, at temperature 1; NaN where the objective lists terms, and none is it.</param>
/// <param name="Distillation">T²·KL(p‖q) at temperature T; 0 when there is no teacher, NaN where the objective lists terms, and none is it.</param>
public readonly record struct ObjectiveParts(double Loss, double CrossEntropy, double Distillation)
{
    /// <summary>The terms that a recipe lists, in its order; empty where it lists none.</summary>
    public IReadOnlyList<TermValue> Terms { get; init; } = [];
}

/// <summary>One term on one batch.</summary>
/// <param name="Name">The loss; of several of a kind, the later ones with their number.</param>
/// <param name="Weight">Its factor at this step.</param>
/// <param name="Value">Its mean over the instances, before the factor; 0 where the factor is 0.</param>
public sealed record TermValue(string Name, double Weight, double Value);
