namespace KdCluster.Learning.Objectives;

/// <summary>The loss of a batch and what it is made of, in nats, means over the instances.</summary>
/// <param name="Loss">The objective's value.</param>
/// <param name="CrossEntropy">−log q_y, at temperature 1.</param>
/// <param name="Distillation">T²·KL(p‖q) at temperature T; 0 when there is no teacher.</param>
public readonly record struct ObjectiveParts(double Loss, double CrossEntropy, double Distillation);
