using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="ModelSpec"/>.</summary>
internal static class RecipeTableModel
{
    internal static readonly RecipeChoice[] Kinds =
    [
        new("bag-of-embeddings", "the mean of the token embeddings and one hidden layer"),
        new("text-cnn", "convolutions of several widths over the tokens, the largest answer of each filter"),
        new("bilstm", "LSTM layers that read both ways, the mean over the tokens"),
        new("transformer", "a transformer encoder, the mean over the tokens"),
    ];

    internal static readonly RecipeKey Student = new("student", Section, "The student's model.")
    {
        Required = true,
        Keys =
        [
            new("kind", Text, $"The architecture. {RecipeChoice.Text(Kinds)}") { Required = true, Choices = [.. Kinds.Select(k => k.Name)] },
            new("embedding", Whole, "Width of the token embedding (`transformer`: of the model).") { Min = 1, Max = 65_536 },
            new("hidden", Whole, "Hidden width: of the feed-forward layer (`bag-of-embeddings`, `transformer`), of one direction (`bilstm`), of the filters per width (`text-cnn`).") { Min = 1, Max = 65_536 },
            new("layers", Whole, "Layers.") { Min = 1, Max = 256, Only = Kind("bilstm", "transformer") },
            new("heads", Whole, "Attention heads; must divide `embedding`.") { Min = 1, Max = 1_024, Only = Kind("transformer") },
            new("filters", Wholes, "Filter widths in tokens.") { Min = 1, Max = 65_536, MinItems = 1, Only = Kind("text-cnn") },
            new("dropout", Number, "Dropout probability in training.") { Min = 0, Max = 1, BelowMax = true },
        ],
    };

    private static RecipeCondition Kind(params string[] kinds) => new(
        $"with kind {string.Join(" and ", kinds.Select(k => $"`{k}`"))}",
        $"Leave it out, or choose {string.Join(" or ", kinds.Select(k => $"`{k}`"))}.",
        t => t.Text("student.kind") is { } kind ? kinds.Contains(kind) : null);
}
