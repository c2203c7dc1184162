using KdCluster.Learning.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Inverted dropout that draws from its own generator, so that a resumed run draws what the unbroken run would have drawn.</summary>
internal sealed class SeededDropout(double probability) : Module<Tensor, Tensor>("dropout")
{
    /// <summary>On the host, also when the input is on another device. Must be set before training.</summary>
    public torch.Generator? Random { get; set; }

    /// <summary>Whether the next call changes its input.</summary>
    public bool Acts => training && probability > 0;

    public override Tensor forward(Tensor input)
    {
        if (!Acts)
            return input;
        if (Random is null)
            throw new InvalidOperationException("dropout has no random generator: set the model's Random before training.");
        using var scope = NewDisposeScope();
        // Uniform numbers, since libtorch builds draw bernoulli ones each in their own way.
        Tensor kept = input.device.type == DeviceType.CPU
            ? rand(input.shape, generator: Random).IsBelow(1 - probability)
            : CounterMask.Of(input.shape, 1 - probability, randint(0, long.MaxValue, 1, ScalarType.Int64, generator: Random).item<long>(), input.device);
        return (input * kept).TimesInPlace(1 / (1 - probability)).MoveToOuterDisposeScope();
    }
}
