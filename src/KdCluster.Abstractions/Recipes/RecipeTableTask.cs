using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The tasks, and the conditions that depend on them.</summary>
internal static class RecipeTableTask
{
    internal static readonly RecipeChoice[] Tasks =
    [
        new(TaskNames.TextClassification, "the class of a text, or of a pair of texts"),
        new(TaskNames.TextRegression, "a number that a text has, or a pair of texts: its score"),
        new(TaskNames.ImageClassification, "the class of an image"),
        new(TaskNames.LanguageModelling, "the next token, after each token of a text"),
    ];

    internal static readonly RecipeKey Task = new("task", Text, $"What is learned. {RecipeChoice.Text(Tasks)} Left out: `{TaskNames.TextClassification}`.") { Choices = [.. Tasks.Select(t => t.Name)] };

    internal static readonly RecipeCondition Texts = Only(TaskNames.IsText), Images = Only(t => t == TaskNames.ImageClassification);

    internal static readonly RecipeCondition TextClasses = Only(t => t == TaskNames.TextClassification), Classes = Only(TaskNames.HasClasses), Scores = Only(TaskNames.IsRegression), Distributions = Only(t => !TaskNames.IsRegression(t)), LabelledTexts = Only(t => TaskNames.IsText(t) && t != TaskNames.LanguageModelling), Labelled = Only(t => t != TaskNames.LanguageModelling);

    /// <summary>The task; null when the recipe is too broken to tell.</summary>
    internal static string? Of(RecipeTree tree) => tree.Unknown("task") ? null : tree.Text("task") ?? TaskNames.TextClassification;

    /// <summary>Where both hold; what is said is the first's where that one fails.</summary>
    internal static RecipeCondition And(this RecipeCondition task, RecipeCondition other) => other with
    {
        When = $"{other.When}, and {task.When}",
        Holds = t => task.Holds(t) == false ? false : other.Holds(t),
        RemedyFor = t => task.Holds(t) == false ? task.Remedy : other.RemedyFor?.Invoke(t),
    };

    private static RecipeCondition Only(Func<string, bool> fits)
    {
        string tasks = string.Join(" or ", Tasks.Select(t => t.Name).Where(fits).Select(t => $"`{t}`"));
        return new($"with the task {tasks}", $"Leave it out, or choose the task {tasks}.", t => Of(t) is { } given ? fits(given) : null);
    }
}
