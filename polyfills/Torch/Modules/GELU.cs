namespace TorchSharp.Modules;

/// <summary>Gaussian error linear unit.</summary>
public sealed class GELU : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal GELU(Approximate approximate)
        : base(nameof(GELU)) => this.approximate = approximate;

    /// <summary>Exact, or by way of tanh; the names are libtorch's.</summary>
    public enum Approximate
    {
        none = 0,
        tanh = 1,
    }

    public Approximate approximate { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.gelu(approximate);
}
