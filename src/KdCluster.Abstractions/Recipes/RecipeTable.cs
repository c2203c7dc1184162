using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>Every key of a recipe, once. To add one: the record's property, and a line here.</summary>
internal static class RecipeTable
{
    /// <summary>Letters of a name that also names files and folders.</summary>
    internal const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9.-]{0,79}$";

    internal const string NameForm = "1 to 80 letters, digits, dots and dashes, the first a letter or digit";

    internal static readonly RecipeKey Root = new("recipe", Section, "A run in one file: what is learned, from which teachers, and how.")
    {
        Required = true,
        Keys = [.. Keys, RecipeFull.Key(Keys)],
    };

    private static RecipeKey[] Keys =>
    [
        new("$schema", Text, "Address of the JSON schema (`recipe.schema.json`), for editors. KdCluster does not read it."),
        new("name", Text, "Name of the run, for people.") { Required = true, Pattern = NamePattern, Form = NameForm },
        RecipeTableTask.Task,
        RecipeTableData.Data,
        RecipeTableTeachers.Teachers,
        RecipeTableWeighting.Weighting,
        RecipeTableModel.Student,
        RecipeTableTraining.Objective,
        RecipeTableTraining.Training,
        RecipeTableLoop.Loop,
        RecipeTableStages.Stages,
        RecipeTableGrid.Driver,
        new("store", Text, "Where soft targets are kept: `silo` (the store of the silo that trains), `local`, `redis://host[:port][/db]` or `none` (every run asks the teachers again).")
        {
            Pattern = @"^(silo|local|none|rediss?://([^@/\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[0-9]{1,5})?)$",
            Form = "`silo`, `local`, `none` or `redis://host[:port][/db]`",
        },
        new("baselines", Texts, "More rows of the report, trained with the same student, seeds and steps.") { Choices = ["alone", .. RecipeTableWeighting.Kinds] },
        RecipeTableVariants.Variants,
    ];
}
