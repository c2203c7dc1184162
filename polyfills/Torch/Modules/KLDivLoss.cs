namespace TorchSharp.Modules;

/// <summary>Kullback-Leibler divergence of log-probabilities from a target, itself in logarithms by default.</summary>
public sealed class KLDivLoss(bool log_target = true, torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : Loss<torch.Tensor, torch.Tensor, torch.Tensor>(reduction)
{
    public bool log_target { get; } = log_target;

    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) => torch.nn.functional.kl_div(input, target, log_target, reduction);
}
