using KdCluster.Teachers;
using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="TeacherRef"/> and <see cref="TeacherTraining"/>.</summary>
internal static class RecipeTableTeachers
{
    private static readonly RecipeKey[] Model = [.. RecipeTableModel.Student.Keys.Select(k => k with { Only = null })];

    internal static readonly RecipeKey Teachers = new("teachers", Sections, "The teachers, in the order in which weights are reported. Without teachers, the student learns from labels only.")
    {
        Keys =
        [
            new("name", Text, "The name it was deployed under.") { Required = true, Pattern = RecipeTable.NamePattern, Form = RecipeTable.NameForm },
            new("train", Section, "The run makes this teacher: a model that learns from labels, on a trainer silo. It is trained once, kept for later runs with the same data and values here, and deployed for this run; `name` is then its name in this run. What is left out is that of the recipe, but for `augmentation`, `freeze`, `pruning` and `quantization`.")
            {
                Keys =
                [
                    new("model", Section, "The teacher's model.") { Required = true, Keys = Model },
                    RecipeTableTraining.Training with { Doc = "The teacher's optimisation.", Keys = [.. RecipeTableTraining.Training.Keys.Where(k => !RecipeTableStages.OfARun.Contains(k.Name))] },
                    new("seed", Whole, "The teacher's seed. The seeds in `training` are those of students."),
                    new("limit", Whole, "As `data.limit`, for this teacher; 0: all rows.") { Min = 0, Max = int.MaxValue },
                    new("transform", Sections, "As `data.transform`, for this teacher; an empty list: none.") { Keys = RecipeTableData.TransformKeys },
                ],
            },
            new("keep", Flag, "With `train` only. The teacher stays deployed when the run has ended. Left out: it does not."),
            new("precision", Text, "With `train` only. What the teacher is computed in: `f32`; `bf16`; or `auto`, which is `bf16` where it gains time and changes the answers little. Its soft targets have keys of their own. Left out: `f32`.") { Choices = [.. PrecisionNames.All] },
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
            Inference("tokenizer", Text, "Its tokenizer: a `tokenizer.json` or `vocab.txt`, relative to the recipe's folder; a `tokenizer_config.json` beside it counts. Left out: that of the server (property `kdcluster.tokenizer_json`)."),
            Inference("batch", Whole, "Largest number of instances in one request. Left out: 32.") with { Min = 1, Max = 4096, Pattern = null, Form = null },
        ],
    };

    /// <summary>The keys of a teacher that have a meaning with an inference server alone.</summary>
    internal static IEnumerable<string> InferenceKeys => ["model", "version", "digest", "labels", "tokenizer", "batch"];

    private static RecipeKey Inference(string name, RecipeKeyType type, string doc) =>
        new(name, type, $"With `oip://` only. {doc}") { Pattern = type == Text ? @"\S" : null, Form = type == Text ? "a text" : null };
}
