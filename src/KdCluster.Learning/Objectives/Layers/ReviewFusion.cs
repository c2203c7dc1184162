using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// One layer of knowledge review: the student's map at a common number of channels; by two weights of each pixel, one for each side, added to what came from the deeper layers, enlarged; and a convolution of 3×3 to the teacher's channels.
/// </summary>
internal sealed class ReviewFusion : Module<Tensor, Tensor?, (Tensor Answer, Tensor Fused)>
{
    private readonly int _height;
    private readonly int _width;
    private readonly Linear _reduce;
    private readonly BatchNormalisation _reduced;
    private readonly Linear? _attention;
    private readonly PixelConvolution _answer;

    public ReviewFusion(OutputShape student, int middle, int teacher, bool deepest)
        : base(nameof(ReviewFusion))
    {
        (_height, _width) = (student.Dimensions[1], student.Dimensions[2]);
        register_module("reduce", _reduce = Linear(student.Dimensions[0], middle, hasBias: false));
        register_module("reduce_norm", _reduced = new BatchNormalisation(middle));
        if (!deepest)
            register_module("attention", _attention = Linear(2 * middle, 2));
        register_module("answer", _answer = new PixelConvolution(middle, teacher, _height, _width));
    }

    /// <param name="pixels">The student's map: [batch, pixels, channels].</param>
    /// <param name="deeper">What the deeper layer gave: [batch, channels, height, width]; null for the deepest.</param>
    /// <returns>For the teacher's eyes, and for the layer above: [batch, channels, height, width], both.</returns>
    public override (Tensor Answer, Tensor Fused) forward(Tensor pixels, Tensor? deeper)
    {
        using var scope = NewDisposeScope();
        Tensor fused = _reduced.call(_reduce.call(pixels));
        if (_attention is not null)
        {
            Tensor from = PixelConvolution.Pixels(functional.interpolate(deeper!, [_height, _width], mode: InterpolationMode.Nearest));
            Tensor shares = sigmoid(_attention.call(cat([fused, from], -1)));
            fused = fused.mul(shares.narrow(-1, 0, 1)).Plus(from.mul(shares.narrow(-1, 1, 1)));
        }

        return (Image(_answer.call(fused)).MoveToOuterDisposeScope(), Image(fused).MoveToOuterDisposeScope());
    }

    /// <summary>Pixels as an image.</summary>
    /// <param name="pixels">[batch, pixels, channels].</param>
    /// <returns>[batch, channels, height, width].</returns>
    public Tensor Image(Tensor pixels) => PixelConvolution.Image(pixels, _height, _width);
}
