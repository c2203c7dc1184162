using KdCluster.Learning.Data.Spools;

namespace KdCluster.Learning.Data;

/// <summary>The rows of one split, in file order.</summary>
/// <param name="Rows">At least one.</param>
/// <param name="BadRows">Rows of its file that were skipped.</param>
public sealed record TextSplit(IReadOnlyList<TextRow> Rows, int BadRows = 0)
{
    /// <summary>Number of rows.</summary>
    public int Count => Rows.Count;

    /// <summary>Class of each row.</summary>
    public IEnumerable<int> Labels => Rows is TextRows packed ? Enumerable.Range(0, Count).Select(packed.LabelOf) : Rows.Select(r => r.Label);

    /// <summary>Score of each row, where the label is one.</summary>
    public IEnumerable<float> Scores => Rows is TextRows packed ? Enumerable.Range(0, Count).Select(packed.ScoreOf) : Rows.Select(r => r.Score);

    /// <summary>Some of the rows.</summary>
    internal TextSplit Take(IEnumerable<int> rows) => Take(Rows is TextRows packed ? rows.Select(r => (r, packed.LabelOf(r))) : rows.Select(r => (r, Rows[r].Label)));

    /// <summary>Some of the rows, each with the label that it is given.</summary>
    internal TextSplit Take(IEnumerable<(int Row, int Label)> rows) => this with { Rows = Rows is TextRows packed ? packed.Take(rows) : [.. rows.Select(r => Rows[r.Row] with { Label = r.Label })] };
}
