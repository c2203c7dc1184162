namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>
/// Power of two choices: of two replicas drawn at random the one with the shorter queue. Always taking the shortest would send every
/// asker to the same replica between two reports (Mitzenmacher 2001).
/// </summary>
internal static class TwoChoices
{
    /// <param name="candidates">At least one.</param>
    /// <param name="random">Draws.</param>
    public static PoolMember Pick(IReadOnlyList<PoolMember> candidates, Random random)
    {
        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        int first = random.Next(candidates.Count);
        int second = random.Next(candidates.Count - 1);
        PoolMember a = candidates[first], b = candidates[second < first ? second : second + 1];
        return (b.Load, b.InFlight).CompareTo((a.Load, a.InFlight)) < 0 ? b : a;
    }
}
