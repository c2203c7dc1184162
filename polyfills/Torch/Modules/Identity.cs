namespace TorchSharp.Modules;

/// <summary>Gives its input on.</summary>
public sealed class Identity : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Identity()
        : base(nameof(Identity))
    {
    }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.alias();
}
