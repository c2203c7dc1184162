using TorchSharp.Interop;

namespace TorchSharp.Modules;

/// <summary>Convolution over one dimension: [batch, channels, length].</summary>
public sealed class Conv1d : Convolution
{
    internal Conv1d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] dilation, PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(Conv1d), in_channels, out_channels, kernel_size, stride, padding, dilation, padding_mode, groups, bias, device, dtype)
    {
    }

    private protected override torch.Tensor Convolve(torch.Tensor input, long[] padding) =>
        Ops.conv1d.Call(input, weight, bias, Stride, padding, Dilation, groups);
}
