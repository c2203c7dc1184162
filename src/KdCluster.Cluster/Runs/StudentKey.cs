namespace KdCluster.Cluster.Runs;

/// <summary>Names one student of one run: <c>run/variant/seed</c>.</summary>
internal sealed record StudentKey(string Run, string Student)
{
    public static StudentKey Parse(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        return new StudentKey(key[..slash], key[(slash + 1)..]);
    }

    public override string ToString() => $"{Run}/{Student}";
}
