using KdCluster.Runs;

namespace KdCluster.Grains;

/// <summary>Where a teacher is served.</summary>
/// <param name="Endpoint">The gRPC address of its silo; empty when it is nowhere.</param>
/// <param name="Errors">Why it is nowhere; empty when it is served.</param>
[GenerateSerializer, Immutable, Alias("kd.TeacherPlace")]
public sealed record TeacherPlace([property: Id(0)] string Endpoint, [property: Id(1)] KdError[] Errors)
{
    /// <summary>Orleans' address of the silo.</summary>
    [Id(2)] public string Silo { get; init; } = "";

    /// <summary>The version that serves there: one fingerprint per output.</summary>
    [Id(3)] public string[] Fingerprints { get; init; } = [];

    /// <summary>The device that its model is on.</summary>
    [Id(4)] public string Device { get; init; } = "";

    /// <summary>How it computes there; null where it is nowhere, and from a silo of an earlier version.</summary>
    [Id(5)] public TeacherNumerics? Numerics { get; init; }

    /// <summary>Where it is nowhere, the libraries that would compute on that silo, with their versions; empty from a silo of an earlier version.</summary>
    [Id(6)] public string Runtime { get; init; } = "";
}
