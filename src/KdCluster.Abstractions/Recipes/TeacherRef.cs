namespace KdCluster.Recipes;

/// <summary>A deployed teacher, named; in this cluster, or at another process's address.</summary>
public sealed record TeacherRef
{
    /// <summary>The name it was deployed under.</summary>
    public required string Name { get; init; }

    /// <summary><c>http://host:port</c> of the silo that serves it; null when it is deployed in this cluster.</summary>
    public string? Endpoint { get; init; }
}
