namespace KdCluster.Recipes;

/// <summary>An architecture and its sizes.</summary>
public sealed record ModelSpec
{
    /// <summary><c>bag-of-embeddings</c>, <c>text-cnn</c>, <c>bilstm</c> or <c>transformer</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Width of the token embedding (transformer: of the model).</summary>
    public int Embedding { get; init; } = 128;

    /// <summary>Hidden width: of the feed-forward layer (bag, transformer), of one direction (bilstm), of the filters per width (text-cnn).</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Layers (bilstm, transformer).</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Attention heads (transformer); divides <see cref="Embedding"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Filter widths in tokens (text-cnn).</summary>
    public IReadOnlyList<int> Filters { get; init; } = [3, 4, 5];

    /// <summary>Dropout probability in training, 0 up to but not including 1.</summary>
    public double Dropout { get; init; } = 0.1;
}
