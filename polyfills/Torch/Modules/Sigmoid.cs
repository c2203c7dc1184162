namespace TorchSharp.Modules;

/// <summary>Logistic function.</summary>
public sealed class Sigmoid : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Sigmoid()
        : base(nameof(Sigmoid))
    {
    }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.sigmoid();
}
