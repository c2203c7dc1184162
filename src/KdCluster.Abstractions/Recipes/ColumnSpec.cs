namespace KdCluster.Recipes;

/// <summary>Column names (with a header, or JSON property names), or 0-based positions written as numbers.</summary>
public sealed record ColumnSpec
{
    /// <summary>The text, or the first text of a pair.</summary>
    public string Text { get; init; } = "text";

    /// <summary>The second text of a pair; null for single texts.</summary>
    public string? Pair { get; init; }

    /// <summary>The label: a name or a whole number; of a regression a number.</summary>
    public string Label { get; init; } = "label";
}
