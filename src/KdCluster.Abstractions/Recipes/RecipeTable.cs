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
        new("endpoint", Text, "Who serves it: a silo, `http://host:port`; or a server of the Open Inference Protocol (Triton, KServe and others), `oip://host:port`, with TLS `oips://host:port`. Left out: it is deployed in this cluster.")
        {
            Pattern = @"^(https?|oips?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$",
            Form = "`http://host:port` or `oip://host:port`",
        },
        new("endpoints", Texts, "Instead of `endpoint`, several silos that serve the same model: requests are shared out among them, and one that is gone is done without.")
        {
            Pattern = @"^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$",
            Form = "`http://host:port`",
            MinItems = 1,
        },
        Inference("model", Text, "What the server calls the model. Left out: `name`."),
        Inference("version", Text, "Which version of the model is asked. Left out: the one that the server has."),
        Inference("digest", Text, "What changes whenever the model's weights do, such as their SHA-256: kept soft targets hang on it. Left out: address, model and version stand for it."),
        Inference("labels", Texts, "The label names in the order of the model's outputs. Left out: the server says them (property `kdcluster.labels`).") with { MinItems = 2 },
        Inference("tokenizer", Text, "Its tokenizer: a `tokenizer.json` as KdCluster writes it, relative to the recipe's folder. Left out: the server says it (property `kdcluster.tokenizer_json`)."),
        Inference("batch", Whole, "Instances in one request at most; 32 when left out.") with { Min = 1, Max = 4096, Pattern = null, Form = null },
    ];

    /// <summary>The keys of a teacher that have a meaning with an inference server alone.</summary>
    internal static IEnumerable<string> InferenceKeys => ["model", "version", "digest", "labels", "tokenizer", "batch"];

    private static RecipeKey Inference(string name, RecipeKeyType type, string doc) =>
        new(name, type, $"With `oip://` only. {doc}") { Pattern = type == Text ? @"\S" : null, Form = type == Text ? "a text" : null };
}
