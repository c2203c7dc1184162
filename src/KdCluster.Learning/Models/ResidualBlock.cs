using KdCluster.Learning.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Two 3×3 convolutions, each with batch normalisation, added to what came in: 1512.03385, equations 1 and 2, with shortcuts of option A.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d _first;
    private readonly BatchNorm2d _firstNorm;
    private readonly Conv2d _second;
    private readonly BatchNorm2d _secondNorm;
    private readonly int _stride;
    private readonly int _newChannels;

    /// <param name="channelsIn">Channels that come in.</param>
    /// <param name="channels">Channels that go out.</param>
    /// <param name="stride">1, or 2 where the side is halved.</param>
    public ResidualBlock(int channelsIn, int channels, int stride)
        : base("block")
    {
        (_stride, _newChannels) = (stride, channels - channelsIn);
        _first = Conv2d(channelsIn, channels, 3, stride: stride, padding: 1, bias: false);
        _firstNorm = BatchNorm2d(channels);
        _second = Conv2d(channels, channels, 3, padding: 1, bias: false);
        _secondNorm = BatchNorm2d(channels);
        register_module("conv1", _first);
        register_module("bn1", _firstNorm);
        register_module("conv2", _second);
        register_module("bn2", _secondNorm);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor states = functional.relu(_firstNorm.call(Convolution.Apply(_first, input)));
        return functional.relu(_secondNorm.call(Convolution.Apply(_second, states)).Plus(Shortcut(input)));
    }

    private Tensor Shortcut(Tensor input)
    {
        if (_stride == 1 && _newChannels == 0)
            return input;
        Tensor every = input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: _stride), TensorIndex.Slice(step: _stride)];
        // Pairs from the last dimension on: width, height, channels.
        return functional.pad(every, [0, 0, 0, 0, _newChannels / 2, _newChannels - (_newChannels / 2)]);
    }
}
