using System.Numerics.Tensors;

namespace KdCluster.Learning.Weightings;

/// <summary>Turns what is bad about teachers into weights.</summary>
internal static class Complement
{
    /// <summary>w_k = (1 − m_k/Σ_j m_j)/(K − 1): what the others have of the sum. One teacher has all; where the sum is 0 all are alike.</summary>
    /// <param name="measures">m, none below 0: [teachers].</param>
    /// <param name="row">w, which sums to 1: [teachers].</param>
    public static void Of(ReadOnlySpan<float> measures, Span<float> row)
    {
        float sum = TensorPrimitives.Sum(measures);
        if (measures.Length == 1 || sum <= 0)
        {
            row.Fill(1f / measures.Length);
            return;
        }

        for (int k = 0; k < row.Length; k++)
            row[k] = (1 - (measures[k] / sum)) / (measures.Length - 1);
    }
}
