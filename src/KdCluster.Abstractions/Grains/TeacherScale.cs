using KdCluster.Runs;

namespace KdCluster.Grains;

/// <summary>How many replicas a teacher is to have, and where they are.</summary>
[GenerateSerializer, Immutable, Alias("kd.TeacherScale")]
public sealed record TeacherScale
{
    /// <summary>Replicas wanted at present.</summary>
    [Id(0)] public int Replicas { get; init; }

    /// <summary>The smallest number and, with <see cref="Max"/>, the largest; both are equal when the number does not change automatically.</summary>
    [Id(1)] public int Min { get; init; }

    /// <summary>The most.</summary>
    [Id(2)] public int Max { get; init; }

    /// <summary>gRPC addresses of the silos that serve it; those that take no more work are left out as soon as there are others.</summary>
    [Id(3)] public string[] Endpoints { get; init; } = [];

    /// <summary>Why there are fewer than wanted; empty when nothing is wrong.</summary>
    [Id(4)] public KdError[] Trouble { get; init; } = [];

    /// <summary>Whether a teacher of this name is deployed.</summary>
    [Id(5)] public bool Deployed { get; init; }

    /// <summary>What the name stands for now, one fingerprint per output; empty before it was loaded for the first time.</summary>
    [Id(6)] public string[] Fingerprints { get; init; } = [];
}
