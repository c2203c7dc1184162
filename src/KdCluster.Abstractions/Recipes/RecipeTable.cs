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
        Keys =
        [
            new("$schema", Text, "Address of the JSON schema (`recipe.schema.json`), for editors. KdCluster does not read it."),
            new("name", Text, "Name of the run, for people.") { Required = true, Pattern = NamePattern, Form = NameForm },
            RecipeTableTask.Task,
            RecipeTableData.Data,
            new("teachers", Sections, "The teachers, in the order in which weights are reported. Without teachers, the student learns from labels only.") { Keys = TeacherKeys },
            RecipeTableWeighting.Weighting,
            RecipeTableModel.Student,
            RecipeTableTraining.Objective,
            RecipeTableTraining.Training,
            RecipeTableStages.Stages,
            RecipeTableStages.Driver,
            new("store", Text, "Where soft targets are kept: `silo` (the store of the silo that trains), `local`, `redis://host[:port][/db]` or `none` (every run asks the teachers again).")
            {
                Pattern = @"^(silo|local|none|rediss?://([^@/\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[0-9]{1,5})?)$",
                Form = "`silo`, `local`, `none` or `redis://host[:port][/db]`",
            },
            new("baselines", Texts, "More rows of the report, trained with the same student, seeds and steps.") { Choices = ["alone", .. RecipeTableWeighting.Kinds] },
        ],
    };

    private static RecipeKey[] TeacherKeys =>
    [
        new("name", Text, "The name it was deployed under.") { Required = true, Pattern = NamePattern, Form = NameForm },
        new("endpoint", Text, "Who serves it: a silo (`http://host:port`) or a server of the Open Inference Protocol such as Triton or KServe (`oip://host:port`, with TLS `oips://host:port`). Left out: it is deployed in this cluster.")
        {
            Pattern = @"^(https?|oips?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$",
            Form = "`http://host:port` or `oip://host:port`",
        },
        new("endpoints", Texts, "Instead of `endpoint`, several silos that serve the same model. Requests are distributed over them; a silo that does not answer is skipped.")
        {
            Pattern = @"^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$",
            Form = "`http://host:port`",
            MinItems = 1,
        },
        Inference("model", Text, "The model's name on the server. Left out: `name`."),
        Inference("version", Text, "The model's version. Left out: the one that the server has."),
        Inference("digest", Text, "A text that changes when the model's weights change, such as their SHA-256: part of the key of kept soft targets. Left out: address, model and version are used instead."),
        Inference("labels", Texts, "The label names in the order of the model's outputs. Left out: those of the server (property `kdcluster.labels`).") with { MinItems = 2 },
        Inference("tokenizer", Text, "Its tokenizer: a `tokenizer.json` written by KdCluster, relative to the recipe's folder. Left out: that of the server (property `kdcluster.tokenizer_json`)."),
        Inference("batch", Whole, "Largest number of instances in one request. Left out: 32.") with { Min = 1, Max = 4096, Pattern = null, Form = null },
    ];

    /// <summary>The keys of a teacher that have a meaning with an inference server alone.</summary>
    internal static IEnumerable<string> InferenceKeys => ["model", "version", "digest", "labels", "tokenizer", "batch"];

    private static RecipeKey Inference(string name, RecipeKeyType type, string doc) =>
        new(name, type, $"With `oip://` only. {doc}") { Pattern = type == Text ? @"\S" : null, Form = type == Text ? "a text" : null };
}
