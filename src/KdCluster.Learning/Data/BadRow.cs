namespace KdCluster.Learning.Data;

/// <summary>A row that was skipped.</summary>
/// <param name="File">File as the recipe names it.</param>
/// <param name="Line">1-based line on which the row begins.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record BadRow(string File, int Line, string Reason)
{
    /// <summary><c>train.tsv:17: reason</c>.</summary>
    public override string ToString() => $"{File}:{Line}: {Reason}";
}
