namespace KdCluster.Runs;

/// <summary>A run as it stands: what watchers see, and what its grain keeps.</summary>
[GenerateSerializer, Immutable, Alias("kd.RunStatus")]
public sealed record RunStatus
{
    /// <summary>The run's id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The recipe's name.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(2)] public RunState State { get; init; } = RunState.Pending;

    /// <summary>When it was started, UTC.</summary>
    [Id(3)] public DateTimeOffset Started { get; init; }

    /// <summary>When it ended, UTC; null while it continues.</summary>
    [Id(4)] public DateTimeOffset? Ended { get; init; }

    /// <summary>One entry per variant and seed.</summary>
    [Id(5)] public StudentStatus[] Students { get; init; } = [];

    /// <summary>Teacher names, in the order of weights.</summary>
    [Id(6)] public string[] Teachers { get; init; } = [];

    /// <summary>Why it failed, one line each, code first.</summary>
    [Id(7)] public KdError[] Errors { get; init; } = [];

    /// <summary>The run's folder.</summary>
    [Id(8)] public string Folder { get; init; } = "";

    /// <summary>SHA-256 of the effective recipe, hexadecimal.</summary>
    [Id(9)] public string RecipeHash { get; init; } = "";

    /// <summary>What is being prepared, for people.</summary>
    [Id(10)] public string Activity { get; init; } = "";

    /// <summary>Grows with every change; watchers wait for the next.</summary>
    [Id(11)] public long Version { get; init; }

    /// <summary>The id of the token that started it; empty where the silo asked for none.</summary>
    [Id(12)] public string Owner { get; init; } = "";

    /// <summary>The gRPC address of the silo that looks after it, or did last.</summary>
    [Id(13)] public string Silo { get; init; } = "";

    /// <summary>Whether the run has ended in any way.</summary>
    public bool Over => State is RunState.Succeeded or RunState.Failed or RunState.Cancelled or RunState.Interrupted;
}
