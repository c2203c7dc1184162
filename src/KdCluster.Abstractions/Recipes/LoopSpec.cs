namespace KdCluster.Recipes;

/// <summary>What a step of a training does, beside validation, checkpoints and whatever else every training has.</summary>
public sealed record LoopSpec
{
    /// <summary>The kind where none is given.</summary>
    public const string Supervised = "supervised";

    /// <summary>One of those that <c>kd list loops</c> prints.</summary>
    public string Kind { get; init; } = Supervised;
}
