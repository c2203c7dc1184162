namespace TorchSharp.Modules;

/// <summary>Largest of each window: [batch, channels, height, width].</summary>
public sealed class MaxPool2d : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long _kernel;
    private readonly long? _stride;
    private readonly long? _padding;
    private readonly long? _dilation;
    private readonly bool _ceil;

    internal MaxPool2d(long kernel_size, long? stride, long? padding, long? dilation, bool ceil_mode)
        : base(nameof(MaxPool2d))
    {
        _kernel = kernel_size;
        _stride = stride;
        _padding = padding;
        _dilation = dilation;
        _ceil = ceil_mode;
    }

    public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.max_pool2d(input, _kernel, _stride, _padding, _dilation, _ceil);
}
