namespace TorchSharp.Modules;

/// <summary>Negative log-likelihood of log-probabilities.</summary>
public sealed class NLLLoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>(weight, reduction)
{
    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) => torch.nn.functional.nll_loss(input, target, weight, reduction);
}
