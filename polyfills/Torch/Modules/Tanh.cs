namespace TorchSharp.Modules;

/// <summary>Hyperbolic tangent.</summary>
public sealed class Tanh : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Tanh()
        : base(nameof(Tanh))
    {
    }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.tanh();
}
