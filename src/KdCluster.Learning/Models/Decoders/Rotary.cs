using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Models.Decoders;

/// <summary>The rotary embedding of positions, Su et al., arXiv 2104.09864, equation 34; as in transformers a head's first half is turned with its second.</summary>
internal static class Rotary
{
    /// <summary>cos and sin of position·θ^(−2i/d): [length, head width] each, the halves alike.</summary>
    public static (Tensor Cosine, Tensor Sine) Angles(long length, int headWidth, double theta, Device device)
    {
        int half = headWidth / 2;
        float[] cosine = new float[length * headWidth], sine = new float[length * headWidth];
        for (int position = 0, at = 0; position < length; position++)
        {
            for (int i = 0; i < headWidth; i++, at++)
                (sine[at], cosine[at]) = ((float, float))Math.SinCos(position * Math.Pow(theta, -2.0 * (i % half) / headWidth));
        }

        return (tensor(cosine, [length, headWidth], device: device), tensor(sine, [length, headWidth], device: device));
    }

    /// <summary>Turns heads [batch, heads, length, head width].</summary>
    public static Tensor Turn(Tensor heads, (Tensor Cosine, Tensor Sine) angles)
    {
        Tensor[] halves = heads.chunk(2, -1);
        return heads.mul(angles.Cosine).Plus(cat([halves[1].neg(), halves[0]], -1).mul(angles.Sine));
    }
}
