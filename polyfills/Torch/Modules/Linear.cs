namespace TorchSharp.Modules;

/// <summary>y = x Wᵀ + b, with W [out, in].</summary>
public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = new(torch.empty(outputSize, inputSize, dtype, device));
        torch.nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        Own("weight", weight);
        if (!hasBias)
            return;
        bias = new(torch.empty(outputSize, dtype, device));
        double bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
        torch.nn.init.uniform_(bias, -bound, bound);
        Own("bias", bias);
    }

    public Parameter weight { get; }

    public Parameter? bias { get; }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, weight, bias);
}
