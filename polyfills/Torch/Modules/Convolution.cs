namespace TorchSharp.Modules;

/// <summary>What convolutions of one and two dimensions share. Weight is [out, in / groups, kernel...].</summary>
public abstract class Convolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private protected readonly long[] Stride;
    private protected readonly long[] PaddingSize;
    private protected readonly long[] Dilation;

    private protected Convolution(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] dilation, PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
        : base(name)
    {
        Stride = stride;
        PaddingSize = padding;
        Dilation = dilation;
        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.padding_mode = padding_mode;
        this.groups = groups;
        weight = new(torch.empty([out_channels, in_channels / groups, .. kernel_size], dtype, device));
        torch.nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        Own("weight", weight);
        if (!bias)
            return;
        this.bias = new(torch.empty(out_channels, dtype, device));
        double bound = 1 / Math.Sqrt(torch.nn.init.CalculateFanInAndFanOut(weight).fanIn);
        torch.nn.init.uniform_(this.bias, -bound, bound);
        Own("bias", this.bias);
    }

    public Parameter weight { get; }

    public Parameter? bias { get; }

    public long in_channels { get; }

    public long out_channels { get; }

    public long[] kernel_size { get; set; }

    public PaddingModes padding_mode { get; set; }

    public long groups { get; set; }

    public override torch.Tensor forward(torch.Tensor input)
    {
        if (padding_mode == PaddingModes.Zeros)
            return Convolve(input, PaddingSize);
        // pad() counts from the last dimension, and wants both sides of each.
        long[] sides = [.. PaddingSize.Reverse().SelectMany(p => new[] { p, p })];
        using var padded = torch.nn.functional.pad(input, sides, padding_mode);
        return Convolve(padded, new long[PaddingSize.Length]);
    }

    private protected abstract torch.Tensor Convolve(torch.Tensor input, long[] padding);
}
