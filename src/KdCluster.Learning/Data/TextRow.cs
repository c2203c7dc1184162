namespace KdCluster.Learning.Data;

/// <summary>One labelled text, or pair of texts.</summary>
/// <param name="Text">The text, or the first of a pair; not empty.</param>
/// <param name="Pair">The second text of a pair; null for single texts.</param>
/// <param name="Label">Index into the <see cref="LabelSpace"/>; <see cref="EncodedSplit.NoLabel"/>: none.</param>
public sealed record TextRow(string Text, string? Pair, int Label)
{
    /// <summary>The number that it is labelled with, where the label is a score; NaN: none.</summary>
    public float Score { get; init; }
}
