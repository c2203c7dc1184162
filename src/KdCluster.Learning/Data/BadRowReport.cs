namespace KdCluster.Learning.Data;

/// <summary>The rows skipped while reading a data set.</summary>
/// <param name="Rows">The first ones, at most <see cref="Kept"/> a file, in file order.</param>
/// <param name="Total">How many there were in all files.</param>
public sealed record BadRowReport(IReadOnlyList<BadRow> Rows, int Total)
{
    /// <summary>How many of one file's bad rows are kept with their reasons.</summary>
    public const int Kept = 100;

    /// <summary>Nothing was skipped.</summary>
    public static BadRowReport None { get; } = new([], 0);
}
