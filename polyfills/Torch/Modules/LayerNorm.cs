namespace TorchSharp.Modules;

/// <summary>Layer normalisation over the last dimensions (Ba, Kiros and Hinton, 2016).</summary>
public sealed class LayerNorm : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        this.normalized_shape = normalized_shape;
        this.eps = eps;
        this.elementwise_affine = elementwise_affine;
        if (!elementwise_affine)
            return;
        weight = new(torch.ones(normalized_shape, dtype, device));
        Own("weight", weight);
        if (!bias)
            return;
        this.bias = new(torch.zeros(normalized_shape, dtype, device));
        Own("bias", this.bias);
    }

    public Parameter? weight { get; }

    public Parameter? bias { get; }

    public long[] normalized_shape { get; set; }

    public double eps { get; set; }

    public bool elementwise_affine { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);
}
