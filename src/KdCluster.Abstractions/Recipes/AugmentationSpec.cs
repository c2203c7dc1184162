namespace KdCluster.Recipes;

/// <summary>How a student sees its training texts changed, anew in every epoch. Teachers see them as they are. Validation and test are never changed.</summary>
public sealed record AugmentationSpec
{
    /// <summary>Probability with which each word is left out, 0 up to but not including 1.</summary>
    public double DropWords { get; init; }

    /// <summary>Share of the words that are masked by the unknown word, in spans, 0 up to but not including 1.</summary>
    public double MaskSpans { get; init; }

    /// <summary>Words in a masked span.</summary>
    public int SpanLength { get; init; } = 3;
}
