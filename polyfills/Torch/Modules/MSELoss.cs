namespace TorchSharp.Modules;

/// <summary>Squared difference.</summary>
public sealed class MSELoss(torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : Loss<torch.Tensor, torch.Tensor, torch.Tensor>(reduction)
{
    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) => torch.nn.functional.mse_loss(input, target, reduction);
}
