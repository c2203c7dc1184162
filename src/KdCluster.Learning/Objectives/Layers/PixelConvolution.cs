using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>A convolution of 3×3 with batch normalisation on pixels that stand in a row, as losses on maps see them.</summary>
internal sealed class PixelConvolution : Module<Tensor, Tensor>
{
    private readonly int _height;
    private readonly int _width;
    private readonly Conv2d _filters;
    private readonly BatchNormalisation _norm;

    public PixelConvolution(int channels, int filters, int height, int width)
        : base(nameof(PixelConvolution))
    {
        (_height, _width) = (height, width);
        register_module("filters", _filters = Conv2d(channels, filters, 3, padding: 1, bias: false));
        register_module("norm", _norm = new BatchNormalisation(filters));
    }

    /// <param name="pixels">[batch, pixels, channels].</param>
    /// <returns>[batch, pixels, filters].</returns>
    public override Tensor forward(Tensor pixels) => _norm.call(Pixels(Models.Convolution.Apply(_filters, Image(pixels, _height, _width))));

    /// <summary>[batch, pixels, channels] to [batch, channels, height, width].</summary>
    public static Tensor Image(Tensor pixels, int height, int width) => pixels.transpose(1, 2).reshape(pixels.shape[0], -1, height, width);

    /// <summary>[batch, channels, height, width] to [batch, pixels, channels].</summary>
    public static Tensor Pixels(Tensor image) => image.flatten(2).transpose(1, 2);
}
