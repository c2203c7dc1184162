namespace KdCluster.Recipes;

/// <summary>L = α·T²·KL(p‖q) + (1−α)·CE, with p = Σ_k w_k·softmax(z_k/T) and q = softmax(s/T) (Hinton et al., arXiv 1503.02531, section 2).</summary>
public sealed record ObjectiveSpec
{
    /// <summary>T, above 0. The store keeps logits before it, so that changing it asks no teacher.</summary>
    public double Temperature { get; init; } = 4;

    /// <summary>α, 0 to 1: 0 is labels alone, 1 is teachers alone.</summary>
    public double Alpha { get; init; } = 0.5;
}
