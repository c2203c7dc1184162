using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>L = α·T²·KL(p‖q) + (1−α)·CE, with p = Σ_k w_k·softmax(z_k/T) and q = softmax(s/T) (Hinton et al., arXiv 1503.02531, section 2). Of a regression L = α·(s − Σ_k w_k·t_k)² + (1−α)·(s − y)².</summary>
public sealed record ObjectiveSpec
{
    /// <summary>T, above 0. The store keeps logits before it, so that changing it asks no teacher.</summary>
    public double Temperature { get; init; } = 4;

    /// <summary>α, 0 to 1: 0 is labels alone, 1 is teachers alone.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>The loss as a sum of terms, instead of the two above; null: the two above.</summary>
    // Left out where there are none, so that what hashes this record stays as it was before there were terms.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TermSpec>? Terms { get; init; }

    /// <summary>Temperature and α by which a policy's reward is taken: with terms, those of the first <c>kd</c> against <c>cross-entropy</c>, at the weights that they begin with.</summary>
    public (double Temperature, double Alpha) ForReward()
    {
        if (Terms is null)
            return (Temperature, Alpha);
        TermSpec? soft = Terms.FirstOrDefault(t => t.Loss == "kd"), hard = Terms.FirstOrDefault(t => t.Loss == "cross-entropy");
        (double softWeight, double hardWeight) = (soft?.Weight.From ?? 0, hard?.Weight.From ?? 0);
        return (soft?.Temperature ?? Temperature, softWeight + hardWeight > 0 ? softWeight / (softWeight + hardWeight) : 1);
    }
}
