namespace KdCluster.Recipes;

/// <summary>One declared change to the rows of a data set, made after reading and before anything else. The same step changes the same rows on every machine.</summary>
public sealed record TransformStep
{
    /// <summary>What happens to the rows that the step selects: <c>keep-rows</c>, <c>drop-rows</c>, <c>random-labels</c> or <c>set-labels</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Share of the rows of those classes that are selected, above 0 to 1; each row is drawn on its own.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Only rows of these classes are selected; null: of all classes. Not beside <see cref="Except"/>.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Only rows of other classes than these are selected; null: of all classes.</summary>
    public IReadOnlyList<string>? Except { get; init; }

    /// <summary>With <c>set-labels</c>, the class that the selected rows get; null otherwise.</summary>
    public string? Label { get; init; }

    /// <summary>Decides the draws, together with the step's place in the list and the row's place in its split.</summary>
    public long Seed { get; init; }

    /// <summary>The splits that the step changes: <c>train</c>, <c>validation</c>, <c>test</c>.</summary>
    public IReadOnlyList<string> Splits { get; init; } = ["train"];
}
