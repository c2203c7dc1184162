namespace KdCluster.Tests;

/// <summary>Runs when no other test does, because it looks at the memory of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone with the process";
}
