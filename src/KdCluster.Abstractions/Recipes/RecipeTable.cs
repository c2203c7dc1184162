using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>Every key of a recipe, once. To add one: the record's property, and a line here.</summary>
internal static class RecipeTable
{
    /// <summary>Letters of a name that also names files and folders.</summary>
    internal const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9.-]{0,79}$";

    internal const string NameForm = "1 to 80 letters, digits, dots and dashes, the first a letter or digit";

    internal static readonly RecipeKey Root = new("recipe", Section, "A run, as one file: what is learned, from whom, how.")
    {
        Required = true,
        Keys =
        [
            new("$schema", Text, "Address of the JSON schema (`recipe.schema.json`), for editors; not read."),
            new("name", Text, "Name of the run, for people.") { Required = true, Pattern = NamePattern, Form = NameForm },
            RecipeTableData.Data,
            new("teachers", Sections, "The teachers, in the order in which weights are reported. None: the student learns from labels alone.") { Keys = TeacherKeys },
            RecipeTableWeighting.Weighting,
            RecipeTableModel.Student,
            RecipeTableTraining.Objective,
            RecipeTableTraining.Training,
            new("store", Text, "Where soft targets are kept: `silo` (wherever the silo that trains keeps them), `local`, `redis://host[:port][/db]` or `none` (teachers are asked again by every run).")
            {
                Pattern = @"^(silo|local|none|rediss?://([^@/\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[0-9]{1,5})?)$",
                Form = "`silo`, `local`, `none` or `redis://host[:port][/db]`",
            },
            new("baselines", Texts, "Further rows of the report, trained with the same student, seeds and steps.") { Choices = ["alone", .. RecipeTableWeighting.Kinds] },
        ],
    };

    private static RecipeKey[] TeacherKeys =>
    [
        new("name", Text, "The name it was deployed under.") { Required = true, Pattern = NamePattern, Form = NameForm },
        new("endpoint", Text, "`http://host:port` of the silo that serves it. Left out: it is deployed in this cluster.")
        {
            Pattern = @"^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$",
            Form = "`http://host:port`",
        },
    ];
}
