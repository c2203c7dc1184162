namespace KdCluster.Recipes;

/// <summary>Magnitude pruning of linear and convolution layers: the smallest weights of each become 0 (gradual schedule of arXiv 1710.01878).</summary>
public sealed record PruningSpec
{
    /// <summary>Share of each layer's weights that is 0 at the end, above 0, below 1.</summary>
    public required double Sparsity { get; init; }

    /// <summary>Share of the steps in which it rises from 0, above 0 to 1.</summary>
    public double Until { get; init; } = 0.75;
}

/// <summary>Quantisation of the weights of linear layers when a checkpoint is made: symmetric, one scale for each output.</summary>
public sealed record QuantizationSpec
{
    /// <summary>Bits of a weight, 2 to 8.</summary>
    public int Bits { get; init; } = 8;
}
