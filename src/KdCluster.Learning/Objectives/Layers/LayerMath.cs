using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>What several losses on layers share.</summary>
internal static class LayerMath
{
    /// <summary>Added to a score that is to count for nothing: its exponential is 0, and no number of float32 near it is lost.</summary>
    public const double Nothing = -1e4;

    /// <summary>Vectors at length 1 along the last dimension; a vector of length 0 stays, and has no gradient.</summary>
    public static Tensor Unit(Tensor vectors)
    {
        Tensor squares = vectors.Squared().sum(-1, keepdim: true);
        Tensor none = squares.IsBelow(1e-20);
        return vectors.mul(where(none, ones_like(squares), squares).rsqrt()).mul(none.logical_not().to(vectors.dtype));
    }

    /// <summary>Cosines of the angles between all vectors: [..., n, width] to [..., n, n].</summary>
    public static Tensor Cosines(Tensor vectors) => Products(Unit(vectors));

    /// <summary>Vectors less their mean, at length 1 along the last dimension: the product of two is Pearson's correlation. One that does not vary, up to rounding, is 0.</summary>
    public static Tensor Centred(Tensor vectors)
    {
        Tensor centred = vectors.sub(vectors.mean([-1L], keepdim: true)), squares = centred.Squared().sum(-1, keepdim: true);
        Tensor none = squares.le(vectors.detach().Squared().sum(-1, keepdim: true).Times(1e-10).PlusInPlace(1e-20));
        return centred.mul(where(none, ones_like(squares), squares).rsqrt()).mul(none.logical_not().to(vectors.dtype));
    }

    /// <summary>Square roots; of what is below 10⁻²⁰ it is 0, and has no gradient.</summary>
    public static Tensor Root(Tensor squares)
    {
        Tensor none = squares.IsBelow(1e-20);
        return where(none, ones_like(squares), squares).sqrt().mul(none.logical_not().to(squares.dtype));
    }

    /// <summary>Products of all vectors: [..., n, width] to [..., n, n].</summary>
    public static Tensor Products(Tensor vectors) => matmul(vectors, vectors.transpose(-2, -1));

    /// <summary>Σ_j p_j·(log p_j − log q_j) along the last dimension, p and q the softmax of the two.</summary>
    public static Tensor Divergence(Tensor teacher, Tensor student)
    {
        Tensor logP = log_softmax(teacher, -1), logQ = log_softmax(student, -1);
        return logP.exp().mul(logP.sub(logQ)).sum(-1);
    }

    /// <summary><see cref="Nothing"/> on the diagonal, 0 elsewhere: [n, n].</summary>
    public static Tensor NotItself(long n, Tensor like) => eye(n, dtype: like.dtype, device: like.device).Times(Nothing);

    /// <summary><see cref="Nothing"/> at padding, 0 at tokens: [batch, 1, length].</summary>
    public static Tensor NotPadding(Tensor real) => real.Times(-Nothing).PlusInPlace(Nothing).unsqueeze(1);

    /// <summary>ρ(d) = d²/2 below 1, |d| − 1/2 from there on.</summary>
    public static Tensor SmoothL1(Tensor difference)
    {
        Tensor size = difference.abs();
        return where(size.IsBelow(1), size.Squared().Times(0.5), size.Plus(-0.5));
    }
}
