namespace TorchSharp.Modules;

/// <summary>Binary cross-entropy of logits.</summary>
public sealed class BCEWithLogitsLoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean, torch.Tensor? pos_weights = null)
    : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>(weight, reduction)
{
    public torch.Tensor? pos_weights { get; } = pos_weights;

    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
        torch.nn.functional.binary_cross_entropy_with_logits(input, target, weight, reduction, pos_weights);
}
