namespace KdCluster.Recipes;

/// <summary>One thing that a recipe can name.</summary>
/// <param name="Name">As in a recipe.</param>
/// <param name="Doc">What it is, for the person who chooses.</param>
public sealed record RecipeChoice(string Name, string Doc)
{
    /// <summary>Choices as part of a key's text.</summary>
    internal static string Text(IEnumerable<RecipeChoice> choices) => $"{string.Join("; ", choices.Select(c => $"`{c.Name}`: {c.Doc}"))}.";
}

/// <summary>What there is to choose from in a recipe, kind by kind, and the methods that there are recipes of: <c>kd list</c>.</summary>
public static class RecipeCatalog
{
    private static readonly (string Kind, Func<IReadOnlyList<RecipeChoice>> Choices)[] Entries =
    [
        ("tasks", () => RecipeTableTask.Tasks),
        ("models", () => RecipeTableModel.Kinds),
        ("outputs", () => RecipeTableLosses.Outputs),
        ("losses", () => [.. RecipeTableLosses.All.Select(l => new RecipeChoice(l.Name, l.Doc))]),
        ("weightings", () => RecipeTableWeighting.All),
        ("schedules", () => RecipeTableTerms.Schedules),
        ("loops", () => RecipeTableLoop.Loops),
        ("drivers", () => RecipeTableGrid.Drivers),
        ("methods", () => RecipeMethods.All),
    ];

    /// <summary>The kinds, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Entries.Select(e => e.Kind)];

    /// <summary>The choices of a kind.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static IReadOnlyList<RecipeChoice> Of(string kind) =>
        Array.Find(Entries, e => e.Kind == kind).Choices?.Invoke() ?? throw new ArgumentException($"there is no kind '{kind}'", nameof(kind));
}
