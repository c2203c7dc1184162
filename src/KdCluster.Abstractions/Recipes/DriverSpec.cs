namespace KdCluster.Recipes;

/// <summary>Runs the stages of a recipe several times: each time taught by the student of the time before, or side by side.</summary>
public sealed record DriverSpec
{
    /// <summary>The kind that trains one student after the other, each smaller than its teacher.</summary>
    public const string Chain = "chain";

    /// <summary>The kind that trains the same student again and again.</summary>
    public const string Generations = "generations";

    /// <summary>The kind that trains every combination of what its axes say, side by side.</summary>
    public const string Grid = "grid";

    /// <summary><c>chain</c>, <c>generations</c> or <c>grid</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Chain: the models between the teachers and the student, in the order in which they are trained; null otherwise.</summary>
    public IReadOnlyList<ModelSpec>? Students { get; init; }

    /// <summary>Generations: how often the stages run, the first time included; null otherwise.</summary>
    public int? Count { get; init; }

    /// <summary>Grid: the axes by name, each with the names of its levels; null otherwise. What the levels say is in the recipe's variants, one for each combination.</summary>
    public OrderedDictionary<string, OrderedDictionary<string, GridLevel>>? Axes { get; init; }

    /// <summary>Grid: the combinations of levels, one of each axis, in their order; the last axis changes first.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Combinations() => (Axes ?? []).Values.Aggregate(
        (IReadOnlyList<IReadOnlyList<string>>)[[]], (all, axis) => [.. all.SelectMany(before => axis.Keys.Select(level => (IReadOnlyList<string>)[.. before, level]))]);

    /// <summary>The name of a combination.</summary>
    public static string Combination(IEnumerable<string> levels) => string.Join('+', levels);
}

/// <summary>One level of an axis; what it says is in the variants of its combinations.</summary>
public sealed record GridLevel;
