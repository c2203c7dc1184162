using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="StageSpec"/>.</summary>
internal static class RecipeTableStages
{
    internal static readonly string[] OfARun = ["seeds", "checkpointEvery", "prefetch", "device"];

    private static readonly string[] Selects = ["accuracy", "cross-entropy", "pearson", "spearman", "mse", "perplexity", "last"];

    internal static readonly RecipeChoice[] Drivers =
    [
        new(DriverSpec.Chain, "through models of their own to the student, as teacher assistants"),
        new(DriverSpec.Generations, "the same student again and again"),
    ];

    private static readonly RecipeKey[] Model = [.. RecipeTableModel.Student.Keys.Select(k => k with { Only = null })];

    internal static readonly RecipeKey Driver = new("driver", Section, "Runs the stages (or the recipe, where it names none) several times. From the second round on the teachers are the student of the round before.")
    {
        Keys =
        [
            new("kind", Text, RecipeChoice.Text(Drivers)) { Required = true, Choices = [.. Drivers.Select(d => d.Name)] },
            new("students", Sections, "With `chain` only, and required there. The models between the teachers and the student, the first one first.") { MinItems = 1, Keys = Model },
            new("count", Whole, "With `generations` only, and required there. How many there are, the first included, which learns from the teachers, or from labels where the recipe names none.") { Min = 2, Max = 1_000 },
        ],
    };

    internal static readonly RecipeKey Stages = new("stages", Sections, "Training phases, one after the other, instead of one. What a stage leaves out is that of the recipe; the last stage gives the student.")
    {
        MinItems = 1,
        Keys =
        [
            new("name", Text, "Name of the stage, unique in the recipe.") { Required = true, Pattern = RecipeTable.NamePattern, Form = RecipeTable.NameForm },
            new("teachers", Texts, "Names of teachers in `teachers`; `stage:NAME`, the student that an earlier stage gave; `average`, the moving average of the student that learns. Left out: all of `teachers`. None: labels alone."),
            new("averageDecay", Number, "With teacher `average` only. Share of the old average in a step, at most; 0.999 when left out.") { Min = 0, Max = 1, BelowMax = true },
            new("init", Text, "The first weights: `fresh`, drawn from the seed, when left out; or those of an earlier stage, `NAME.best` or `NAME.last`. `previous` names the stage before.")
            {
                Pattern = @"^(fresh|[A-Za-z0-9][A-Za-z0-9.-]{0,79}\.(best|last))$",
                Form = "`fresh`, `previous.best`, `previous.last`, `NAME.best` or `NAME.last`",
            },
            new("select", Text, "Which checkpoint the stage gives, by the validation rows: of the highest `accuracy` or the lowest `cross-entropy`; of a regression of the highest `pearson` or `spearman` or the lowest `mse`; or the `last`. Left out: `accuracy`; of a regression `pearson`.") { Choices = Selects },
            RecipeTableModel.Student with { Required = false, Keys = [.. RecipeTableModel.Student.Keys.Select(k => k with { Required = false })] },
            RecipeTableWeighting.Weighting,
            RecipeTableTraining.Objective,
            RecipeTableTraining.Training with { Keys = [.. RecipeTableTraining.Training.Keys.Where(k => !OfARun.Contains(k.Name))] },
            RecipeTableLoop.Part,
        ],
    };

    /// <summary>What a stage of a task may be selected by; the first where it says nothing.</summary>
    internal static string[] SelectsOf(string task) => task switch
    {
        TaskNames.TextRegression => ["pearson", "spearman", "mse", "last"],
        TaskNames.LanguageModelling => ["perplexity", "last"],
        _ => ["accuracy", "cross-entropy", "last"],
    };
}
