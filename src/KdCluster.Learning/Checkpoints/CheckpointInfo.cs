namespace KdCluster.Learning.Checkpoints;

/// <summary>What a checkpoint says of itself; none of it is part of its fingerprint.</summary>
public sealed record CheckpointInfo
{
    /// <summary>What people call the model.</summary>
    public required string Name { get; init; }

    /// <summary>The data it learned from, one sentence for the model card.</summary>
    public string Data { get; init; } = "";

    /// <summary>How it was made, one or more sentences for the model card.</summary>
    public string Method { get; init; } = "";

    /// <summary>Figures by name, for example <c>validation.accuracy</c>, 0 to 1; NaN is kept as unknown.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Hash of the effective recipe; null when there was none.</summary>
    public string? RecipeHash { get; init; }

    /// <summary>Versions of what made it, by name, for example <c>libtorch</c>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();
}
