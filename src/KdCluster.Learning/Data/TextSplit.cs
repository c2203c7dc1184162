namespace KdCluster.Learning.Data;

/// <summary>The rows of one split, in file order.</summary>
/// <param name="Rows">At least one.</param>
public sealed record TextSplit(IReadOnlyList<TextRow> Rows)
{
    /// <summary>Number of rows.</summary>
    public int Count => Rows.Count;
}
