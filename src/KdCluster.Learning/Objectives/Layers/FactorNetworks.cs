using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>The paraphraser of a teacher's map, which says it in fewer channels and back, and the translator of the student's to the same channels: three convolutions each way.</summary>
internal sealed class FactorNetworks : Module
{
    private readonly PixelConvolution[] _paraphraser;
    private readonly PixelConvolution[] _back;
    private readonly PixelConvolution[] _translator;

    public FactorNetworks(OutputShape student, OutputShape teacher, double rate)
        : base(nameof(FactorNetworks))
    {
        (int own, int theirs, int height, int width) = (student.Dimensions[0], teacher.Dimensions[0], teacher.Dimensions[1], teacher.Dimensions[2]);
        int factor = Math.Max((int)Math.Round(rate * theirs), 1);
        _paraphraser = Stack("paraphraser", theirs, theirs, factor, factor);
        _back = Stack("back", factor, factor, theirs, theirs);
        _translator = Stack("translator", own, own, factor, factor);

        PixelConvolution[] Stack(string name, params int[] channels)
        {
            PixelConvolution[] stack = [.. channels.Skip(1).Select((to, i) => new PixelConvolution(channels[i], to, height, width))];
            for (int i = 0; i < stack.Length; i++)
                register_module(FormattableString.Invariant($"{name}{i + 1}"), stack[i]);
            return stack;
        }
    }

    /// <summary>The teacher's map in fewer channels: [batch, pixels, factor].</summary>
    public Tensor Factor(Tensor teacher) => Through(_paraphraser, teacher);

    /// <summary>The teacher's map, said again from its factor: [batch, pixels, channels].</summary>
    public Tensor Again(Tensor factor) => Through(_back, factor);

    /// <summary>The student's factor: [batch, pixels, factor].</summary>
    public Tensor Translated(Tensor student) => Through(_translator, student);

    // Leaky: a tenth of what is below 0 stays.
    private static Tensor Through(PixelConvolution[] stack, Tensor pixels) => stack.Aggregate(pixels, (x, layer) =>
    {
        Tensor y = layer.call(x);
        return functional.relu(y).sub(functional.relu(y.neg()).Times(0.1));
    });
}
