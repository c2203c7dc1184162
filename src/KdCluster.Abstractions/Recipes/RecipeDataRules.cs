using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Contradictions in the data section.</summary>
internal static class RecipeDataRules
{
    private static readonly string[] Files = ["train", "validation", "test", "unlabelled"];

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("data"))
            return;
        Source(tree, mistakes);
        FormatOfTask(tree, mistakes);
        SameFiles(tree, mistakes);
        Columns(tree, mistakes);
        Transform(tree, mistakes);
        Augment(tree, mistakes);
        Range(tree, mistakes);
        Unlabelled(tree, mistakes);
        foreach ((int index, string label) in RecipeRules.Repeated(tree.Texts("data.labels") ?? []))
            mistakes.Contradiction($"data.labels[{index}]", $"the label \"{label}\" is given twice.", "Name each class once.");
    }

    private static void Source(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("data.builtIn") || tree.Unknown("data.train"))
            return;
        string? builtIn = tree.Text("data.builtIn");
        string? train = tree.Text("data.train");
        if (builtIn is null && train is null)
            mistakes.Add("KD1004", "data", "there is no data: neither \"builtIn\" nor \"train\" is given.", $"Give the file of the training rows in `train`, or builtIn: {string.Join(", ", RecipeTableData.BuiltIns)}.");
        else if (builtIn is not null && train is not null)
            mistakes.Contradiction("data.train", "\"builtIn\" and \"train\" are both given.", "Keep one of them.");
        else if (train is not null && !tree.Unknown("data.format"))
            Format(tree, mistakes);
    }

    private static void Format(RecipeTree tree, RecipeMistakes mistakes)
    {
        foreach (string file in Files)
        {
            if (tree.Text($"data.{file}") is not { } name || RecipeTableTask.Of(tree) is not { } task)
                continue;
            string[] formats = Array.Find(RecipeTableData.Formats, f => f.Task == task).Formats;
            string? given = tree.Text("data.format"), format = task == TaskNames.ImageClassification ? RecipePaths.ImageFormatOf(given, name) : RecipePaths.FormatOf(given, name);
            if (given is null && !formats.Contains(format))
                mistakes.Add("KD1004", $"data.{file}", $"the extension of \"{name}\" does not show its format.", $"Give \"format\": {string.Join(", ", formats[..^1])} or {formats[^1]}.");
            else if (format == "idx" && !tree.Unknown($"data.{file}Labels") && tree.Text($"data.{file}Labels") is null && RecipePaths.LabelsOf(name) is null)
                mistakes.Add("KD1004", $"data.{file}Labels", $"the name of \"{name}\" does not show which file has its labels.", $"Name that file in \"{file}Labels\".");
        }
    }

    private static void FormatOfTask(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (RecipeTableTask.Of(tree) is not { } task || tree.Unknown("data.format") || tree.Text("data.format") is not { } format)
            return;
        string[] formats = Array.Find(RecipeTableData.Formats, f => f.Task == task).Formats;
        if (!formats.Contains(format))
            mistakes.Contradiction("data.format", $"\"{format}\" is no format of the task `{task}`.", $"Choose {string.Join(", ", formats[..^1])} or {formats[^1]}; or another task.");
    }

    private static void SameFiles(RecipeTree tree, RecipeMistakes mistakes)
    {
        Dictionary<string, string> seen = [];
        foreach (string file in Files)
        {
            if (tree.Text($"data.{file}")?.Contains('\0', StringComparison.Ordinal) == true)
                mistakes.Add("KD1005", $"data.{file}", "a path must not contain a null character.");
            else if (tree.Text($"data.{file}") is { } name && !seen.TryAdd(Path.GetFullPath(name, "/"), file))
                mistakes.Contradiction($"data.{file}", $"\"{file}\" is the same file as \"{seen[Path.GetFullPath(name, "/")]}\".", "Training rows cannot measure a student: give other rows, or leave it out.");
        }
    }

    private static void Columns(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (RecipeTableTask.Of(tree) is not { } task || !TaskNames.IsText(task))
            return;
        string[] keys = ["data.columns.text", "data.columns.pair", "data.columns.label"];
        List<(string Key, string Column)> columns = [.. keys.Select(k => (k, tree.Text(k))).Where(c => c.Item2 is not null).Select(c => (c.k, c.Item2!))];
        foreach ((int index, string column) in RecipeRules.Repeated(columns.Select(c => c.Column)))
            mistakes.Contradiction(columns[index].Key, $"the column \"{column}\" is named for two things.", "Name another column.");

        bool byPosition = tree.Flag("data.header") == false && tree.Text("data.train") is { } train && !tree.Unknown("data.format")
            && RecipePaths.FormatOf(tree.Text("data.format"), train) is not ("jsonl" or "parquet");
        foreach ((string key, string column) in columns.Where(c => byPosition && !c.Column.All(char.IsAsciiDigit)))
            mistakes.Contradiction(key, $"without a header there is no column named \"{column}\".", "Give its 0-based position, or \"header\": true.");
    }

    private static void Range(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.IsGiven("data.range") && tree.Numbers("data.range") is { } range && (range.Length != 2 || range[0] >= range[1]))
            mistakes.Add("KD1005", "data.range", $"[{string.Join(", ", range)}] is no range.", "Give the lowest and the highest score, such as [1, 5].");
    }

    // What has no label is learned from a teacher or not at all.
    private static void Unlabelled(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (!tree.IsGiven("data.unlabelled") || mistakes.Invalid.Any(MayNameTeachers))
            return;
        // A grid with more combinations is refused.
        IEnumerable<JsonObject> variants = RecipeVariants.Of(tree.Given, RecipeGrid.Most).Select(v => RecipeVariants.Effective(tree.Given, v.Own, whole: false));
        if (!variants.Prepend(tree.Given).Any(IsTaught))
            mistakes.Contradiction("data.unlabelled", "no teacher says anything of these rows, and they have no label.", "Name teachers, or leave it out.");
    }

    // A list of teachers that is wrong, or what one may be written in.
    private static bool MayNameTeachers(string path)
    {
        string[] keys = path.Split('.');
        return keys.Contains("driver") || keys is ["variants"] or ["variants", _] || keys[^1].Split('[')[0] is "teachers" or "stages";
    }

    // The recipe itself or one of its stages; of generations, each after the first learns from the one before.
    private static bool IsTaught(JsonObject recipe) =>
        RecipeStages.Of(recipe).Select(s => RecipeStages.Effective(recipe, s, whole: false)).Prepend(recipe).Any(r =>
            r["teachers"] is JsonArray { Count: > 0 } || ((r["driver"] as JsonObject)?["kind"] as JsonValue)?.GetValue<string>() == DriverSpec.Generations);

    private static void Augment(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.IsGiven("data.augment") && !tree.Unknown("data.augment") && !tree.Unknown("data.augment.crop") && !tree.Unknown("data.augment.flip") && tree.Number("data.augment.crop") is not > 0 && tree.Flag("data.augment.flip") != true)
            mistakes.Contradiction("data.augment", "it changes no image.", "Give a \"crop\" above 0 or \"flip\": true, or leave it out.");
    }

    internal static void Transform(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("data.transform") || (tree.Given["data"] as JsonObject)?["transform"] is not JsonArray steps)
            return;
        for (int i = 0; i < steps.Count; i++)
        {
            JsonObject step = steps[i]!.AsObject();
            string at = $"data.transform[{i}]";
            if (step["classes"] is not null && step["except"] is not null)
                mistakes.Contradiction($"{at}.except", "\"classes\" and \"except\" are both given.", "Keep one of them.");
            foreach (string list in new[] { "classes", "except", "splits" })
            {
                foreach ((int index, string name) in RecipeRules.Repeated(Items(step, list)))
                    mistakes.Contradiction($"{at}.{list}[{index}]", $"\"{name}\" is given twice.", "Name it once.");
            }

            bool selectsAll = !tree.Unknown($"{at}.share") && (step["share"] is not { } share || share.Deserialize<double>() == 1)
                && !tree.Unknown($"{at}.classes") && step["classes"] is null && !tree.Unknown($"{at}.except") && step["except"] is null;
            if (selectsAll && step["kind"]?.GetValue<string>() is "keep-rows" or "drop-rows")
                mistakes.Contradiction(at, "the step selects every row.", "Give a \"share\" below 1, \"classes\" or \"except\".");
            bool setsLabels = step["kind"]?.GetValue<string>() == "set-labels";
            if (setsLabels && step["label"] is null && !tree.Unknown($"{at}.label") && RecipeTableTask.Of(tree) is not TaskNames.TextRegression)
                mistakes.Add("KD1004", $"{at}.label", "the step does not say which label it sets.", "Give the class in \"label\".");
            else if (!setsLabels && step["label"] is not null && RecipeTableTask.Of(tree) is { } task && !TaskNames.IsRegression(task) && !tree.Unknown($"{at}.kind"))
                mistakes.Contradiction($"{at}.label", "\"label\" is only for kind `set-labels`.", "Leave it out, or choose `set-labels`.");
            RecipeScoreRules.Transform(tree, step, at, mistakes);
            if (Items(step, "splits").Contains("test") && !tree.Unknown("data.builtIn") && tree.Text("data.builtIn") is null && !tree.Unknown("data.test") && tree.Text("data.test") is null)
                mistakes.Contradiction($"{at}.splits", "there are no test rows to change.", "Give `data.test`, or leave \"test\" out.");
        }
    }

    private static string[] Items(JsonObject step, string list) => step[list] is JsonArray items ? [.. items.Select(i => i!.GetValue<string>())] : [];
}
