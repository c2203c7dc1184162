using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Models;

/// <summary>Masks made of the padded ids themselves, so that no length travels beside them.</summary>
internal static class Masks
{
    /// <summary>1 where a token is, 0 where padding is: float [batch, length].</summary>
    public static Tensor Real(Tensor ids, int padding) => ids.IsNot(padding).to(ScalarType.Float32);

    /// <summary>Mean over a row's tokens; 0 for a row of padding. <paramref name="states"/> [batch, length, width], result [batch, width].</summary>
    public static Tensor Mean(Tensor states, Tensor real)
    {
        Tensor weights = real / real.sum(1, keepdim: true).AtLeast(1);
        return bmm(weights.unsqueeze(1), states).squeeze(1);
    }
}
