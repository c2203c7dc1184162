namespace TorchSharp.Modules;

/// <summary>Rectifier.</summary>
public sealed class ReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal ReLU(bool inplace)
        : base(nameof(ReLU)) => this.inplace = inplace;

    public bool inplace { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => inplace ? tensor.relu_().alias() : tensor.relu();
}
