using System.Globalization;
using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>
/// The residual network for small images of He et al., arXiv 1512.03385, section 4.2: 6n+2 layers with weights, in three stages of n blocks, whose widths are 1, 2 and 4 times the first. Shortcuts have no weights (option A):
/// where a stage begins, every second pixel is taken and the new channels are 0, half of them before and half behind. The embedding is the mean over the pixels.
/// </summary>
internal sealed class ResNet : ImageModel
{
    public const int Smallest = 8;

    public const int Stages = 3;

    private readonly Conv2d _convolution;
    private readonly BatchNorm2d _norm;
    private readonly ResidualBlock[] _blocks;

    public ResNet(ModelShape shape)
        : base(shape, 4 * shape.Spec.ChannelsOrDefault())
    {
        int width = shape.Spec.ChannelsOrDefault(), each = (shape.Spec.DepthOrDefault() - 2) / 6;
        _convolution = Conv2d(shape.Image!.Channels, width, 3, padding: 1, bias: false);
        _norm = BatchNorm2d(width);
        register_module("conv1", _convolution);
        register_module("bn1", _norm);
        _blocks = new ResidualBlock[Stages * each];
        for (int stage = 0; stage < Stages; stage++)
        {
            int channels = width << stage;
            for (int block = 0; block < each; block++)
            {
                bool narrows = stage > 0 && block == 0;
                _blocks[(stage * each) + block] = new ResidualBlock(narrows ? channels / 2 : channels, channels, narrows ? 2 : 1);
            }

            // Named as in the public weights: layer1.0.conv1 and so on.
            register_module(string.Create(CultureInfo.InvariantCulture, $"layer{stage + 1}"), ModuleList(_blocks[(stage * each)..((stage + 1) * each)]));
        }

        Complete();
    }

    // A convolution of stride 2 and padding 1 leaves half the side, rounded up.
    private protected override IEnumerable<(string Name, OutputShape Shape)> LayerOutputs => Enumerable.Range(0, Stages).SelectMany(stage =>
        Maps(stage + 1, Spec.ChannelsOrDefault() << stage, Side(Shape.Image!.Height, stage), Side(Shape.Image.Width, stage)));

    private static int Side(int side, int stage) => (side + (1 << stage) - 1) >> stage;

    private protected override Tensor Features(Tensor images, OutputTap tap)
    {
        Tensor states = functional.relu(_norm.call(Convolution.Apply(_convolution, images)));
        for (int i = 0; i < _blocks.Length; i++)
        {
            states = _blocks[i].call(states);
            if ((i + 1) % (_blocks.Length / Stages) == 0)
                Offer(tap, (i + 1) / (_blocks.Length / Stages), states);
        }

        return states.mean([2L, 3L]);
    }
}
