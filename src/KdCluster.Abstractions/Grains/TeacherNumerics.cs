namespace KdCluster.Grains;

/// <summary>What the first replica of a deployment found out of how it computes. All others keep to it.</summary>
[GenerateSerializer, Immutable, Alias("kd.TeacherNumerics")]
public sealed record TeacherNumerics
{
    /// <summary>What it says of the probe, one entry for each output.</summary>
    [Id(0)] public ProbeAnswer[] Answers { get; init; } = [];

    /// <summary>The libraries that compute, with their versions.</summary>
    [Id(1)] public string Runtime { get; init; } = "";

    /// <summary>Whether no replica serves at present: then one with other libraries need not answer alike.</summary>
    [Id(2)] public bool Unserved { get; init; }

    /// <summary>What all replicas compute in: never <see cref="Teachers.Precision.Auto"/>.</summary>
    [Id(3)] public Teachers.Precision Precision { get; init; }

    /// <summary>Why, for people; empty where nothing was decided.</summary>
    [Id(4)] public string PrecisionReason { get; init; } = "";
}

/// <summary>One output of a teacher for the probe, a few instances that are always the same.</summary>
/// <param name="Output">Its name.</param>
/// <param name="Digest">SHA-256 over the bits of all its numbers: 64 hexadecimal digits.</param>
/// <param name="Numbers">Some of the numbers, evenly spread, so that a difference can be told in figures.</param>
[GenerateSerializer, Immutable, Alias("kd.ProbeAnswer")]
public sealed record ProbeAnswer([property: Id(0)] string Output, [property: Id(1)] string Digest, [property: Id(2)] float[] Numbers);
