namespace KdCluster.Learning.Data;

/// <summary>Chooses rows by the hash of their content: the same on every machine and in any order, and equal rows stay together.</summary>
internal static class RowSelection
{
    /// <summary>Which rows are held out: about a tenth. Of rows that are too few for a tenth, those with the smallest hash.</summary>
    /// <param name="hashes">One for each row.</param>
    public static bool[] Tenth(ulong[] hashes)
    {
        const ulong share = 10;
        ulong bound = ulong.MaxValue / share;
        if (hashes.Length > 1 && !hashes.Any(h => h <= bound))
            bound = hashes.Min();
        return [.. hashes.Select(h => h <= bound)];
    }

    /// <summary>The rows with the smallest hashes, in their order.</summary>
    /// <param name="hashes">One for each row.</param>
    /// <param name="limit">How many.</param>
    public static int[] Smallest(ulong[] hashes, int limit) => [.. hashes.Select((hash, i) => (hash, i)).Order().Take(limit).Select(p => p.i).Order()];
}
