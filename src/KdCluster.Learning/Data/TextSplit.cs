namespace KdCluster.Learning.Data;

/// <summary>The rows of one split, in file order.</summary>
/// <param name="Rows">At least one.</param>
/// <param name="BadRows">Rows of its file that were skipped.</param>
public sealed record TextSplit(IReadOnlyList<TextRow> Rows, int BadRows = 0)
{
    /// <summary>Number of rows.</summary>
    public int Count => Rows.Count;
}
