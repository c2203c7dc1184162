using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over the triples (i, j, k) of an instance's tokens, j and k within the window around i, of the squared difference of cos(h_i − h_j, h_i − h_k) between student and teacher: the word relation of triples of contextual
/// distillation, Park et al., arXiv 2109.08359. Where the window leaves the text the authors' code counts the last token again, and it lets padding in [V]; here both are left out, so that padding changes nothing. A translation of
/// either side changes nothing either.
/// </summary>
/// <param name="window">Odd, at least 3.</param>
internal sealed class WordAngleLoss(int window) : ILayerLoss
{
    public Tensor Evaluate(LayerInput input)
    {
        Tensor real = input.Real;
        int length = (int)real.shape[1], half = Math.Min(window / 2, length - 1), width = (2 * half) + 1;
        long[] near = [.. Enumerable.Range(0, length * width).Select(at => (long)Math.Clamp((at / width) + (at % width) - half, 0, length - 1))];
        float[] inside = [.. Enumerable.Range(0, length * width).Select(at => (at / width) + (at % width) - half is var j && j >= 0 && j < length ? 1f : 0f)];
        Tensor index = tensor(near, device: real.device);
        Tensor beside = real.index_select(1, index).mul(tensor(inside, device: real.device).to(real.dtype)).reshape(-1, length, width);      // [batch, length, window]
        Tensor cells = real.unsqueeze(-1).unsqueeze(-1).mul(beside.unsqueeze(-1)).mul(beside.unsqueeze(-2));                                   // [batch, length, window, window]
        Tensor count = cells.sum([1L, 2L, 3L]).AtLeast(1);
        return input.Mean((s, t) => Angles(s, index, width).sub(Angles(t, index, width)).Squared().mul(cells).sum([1L, 2L, 3L]).div(count));
    }

    // [batch, length, window, window]
    private static Tensor Angles(Tensor states, Tensor index, int width)
    {
        (long batch, long length, long size) = (states.shape[0], states.shape[1], states.shape[2]);
        Tensor differences = states.unsqueeze(2).sub(states.index_select(1, index).reshape(batch, length, width, size));
        return LayerMath.Cosines(differences);
    }
}
