namespace KdCluster.Recipes;

/// <summary>Runs the stages of a recipe several times, each time taught by the student of the time before.</summary>
public sealed record DriverSpec
{
    /// <summary>The kind that trains one student after the other, each smaller than its teacher.</summary>
    public const string Chain = "chain";

    /// <summary>The kind that trains the same student again and again.</summary>
    public const string Generations = "generations";

    /// <summary><c>chain</c> or <c>generations</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Chain: the models between the teachers and the student, in the order in which they are trained; null otherwise.</summary>
    public IReadOnlyList<ModelSpec>? Students { get; init; }

    /// <summary>Generations: how often the stages run, the first time included; null otherwise.</summary>
    public int? Count { get; init; }
}
