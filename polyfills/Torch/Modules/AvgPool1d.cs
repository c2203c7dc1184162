namespace TorchSharp.Modules;

/// <summary>Mean of each window: [batch, channels, length].</summary>
public sealed class AvgPool1d : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long _kernel;
    private readonly long? _stride;
    private readonly long _padding;
    private readonly bool _ceil;
    private readonly bool _countIncludePad;

    internal AvgPool1d(long kernel_size, long? stride, long padding, bool ceil_mode, bool count_include_pad)
        : base(nameof(AvgPool1d))
    {
        _kernel = kernel_size;
        _stride = stride;
        _padding = padding;
        _ceil = ceil_mode;
        _countIncludePad = count_include_pad;
    }

    public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.avg_pool1d(input, _kernel, _stride, _padding, _ceil, _countIncludePad);
}
