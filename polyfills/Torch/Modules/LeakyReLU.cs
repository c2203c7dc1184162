namespace TorchSharp.Modules;

/// <summary>Rectifier with a slope for negative values.</summary>
public sealed class LeakyReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal LeakyReLU(double negative_slope)
        : base(nameof(LeakyReLU)) => this.negative_slope = negative_slope;

    public double negative_slope { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.leaky_relu(negative_slope);
}
