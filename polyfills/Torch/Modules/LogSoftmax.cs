namespace TorchSharp.Modules;

/// <summary>Logarithm of the softmax along a dimension.</summary>
public sealed class LogSoftmax : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal LogSoftmax(long dim)
        : base(nameof(LogSoftmax)) => this.dim = dim;

    public long dim { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.log_softmax(dim);
}
