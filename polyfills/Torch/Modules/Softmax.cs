namespace TorchSharp.Modules;

/// <summary>Softmax along a dimension.</summary>
public sealed class Softmax : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Softmax(long dim)
        : base(nameof(Softmax)) => this.dim = dim;

    public long dim { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.softmax(dim);
}
