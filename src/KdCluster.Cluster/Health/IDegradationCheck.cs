namespace KdCluster.Cluster.Health;

/// <summary>
/// One thing that a silo does without while it is away: less well, but it serves. It is told to people, metrics and the health service, and never makes a silo
/// unready: what all silos share is away for all of them at once, and who asks for ready ones would find none left, although every run continues.
/// </summary>
internal interface IDegradationCheck
{
    /// <summary>What is looked at, in one word; the health service answers to it.</summary>
    string Name { get; }

    /// <summary>What is wrong with it, for people; null when nothing is.</summary>
    string? Trouble();
}
