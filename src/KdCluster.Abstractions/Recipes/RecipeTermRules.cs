using System.Globalization;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Contradictions in the terms of the objective, and in their schedules.</summary>
internal static class RecipeTermRules
{
    // e^(1/τ), times as many as 2³¹ of them, is finite in float32.
    private const double LeastOfContrasts = 0.015;

    private static readonly string[] Beside = ["loss", "weight"];

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("objective.terms") || (tree.Given["objective"] as JsonObject)?["terms"] is not JsonArray terms)
            return;
        List<RecipeLoss?> losses = [];
        for (int i = 0; i < terms.Count; i++)
        {
            string at = $"objective.terms[{i}]";
            JsonObject term = terms[i]!.AsObject();
            RecipeLoss? loss = tree.Unknown($"{at}.loss") || term["loss"] is not { } name ? null : RecipeTableLosses.Find(name.GetValue<string>());
            losses.Add(loss);
            foreach ((string key, JsonNode? value) in term)
            {
                if (loss is not null && !Beside.Contains(key) && !loss.AllKeys.Contains(key))
                    mistakes.Contradiction($"{at}.{key}", $"the loss `{loss.Name}` has no \"{key}\".", $"Leave it out{(loss.AllKeys.Any() ? $"; its keys are {string.Join(", ", loss.AllKeys)}" : "")}.");
                if (value is JsonObject schedule)
                    Schedule(schedule, $"{at}.{key}", tree, mistakes);
            }
        }

        Compared(losses, terms, tree, mistakes);
        if (losses.Contains(null) || tree.Count("teachers") is not { } teachers || tree.Text("driver.kind") == DriverSpec.Generations)
            return;
        for (int i = 0; i < losses.Count; i++)
        {
            if (losses[i]!.NeedsTeachers && teachers == 0)
                mistakes.Contradiction($"objective.terms[{i}].loss", $"the loss `{losses[i]!.Name}` compares with teachers, and there are none.", "Name teachers in `teachers`, or leave the term out.");
        }

        for (int i = 0; i < losses.Count; i++)
        {
            if (losses[i]!.Name == "beta-smoothing" && teachers > 0 && (tree.Given["teachers"] as JsonArray)?.Select(t => t?["name"]?.GetValue<string>()).SequenceEqual([StageSpec.Average]) != true)
                mistakes.Contradiction($"objective.terms[{i}].loss", "`beta-smoothing` sorts by the confidence of the moving average, and that is not the stage's only teacher.", "Give the stage \"teachers\": [\"average\"].");
        }

        if (teachers > 0 && !losses.Any(l => l!.NeedsTeachers))
            mistakes.Contradiction("objective.terms", "no term compares with the teachers: they are never listened to.", "Give a term such as `kd`, or leave the teachers out.");
        if (Policy(tree) is { } policy && RecipeTableTask.Of(tree) is { } task && !TaskNames.IsRegression(task) && !losses.Any(l => l!.Name == "kd"))
            mistakes.Contradiction("objective.terms", $"the policy of `{policy}` is rewarded by the loss `kd`, and there is no such term.", "Give a term `kd`, or choose another weighting.");
    }

    // What can be told without the teachers. Whether they serve it is known when they are found.
    private static void Compared(List<RecipeLoss?> losses, JsonArray terms, RecipeTree tree, RecipeMistakes mistakes)
    {
        string[] own = [.. ((tree.Given["teachers"] as JsonArray) ?? []).Select(t => (t as JsonObject)?["name"] is JsonValue name && name.TryGetValue(out string? text) ? text : "")
            .Where(n => n == StageSpec.Average || n.StartsWith(StageSpec.StagePrefix, StringComparison.Ordinal))];
        for (int i = 0; i < losses.Count; i++)
        {
            string at = $"objective.terms[{i}]";
            if (losses[i] is not { Compares: not OutputFamily.Logits } loss)
                continue;
            if (own.Length > 0 || tree.Text("driver.kind") is DriverSpec.Chain or DriverSpec.Generations)
                mistakes.Contradiction($"{at}.loss", $"`{loss.Name}` compares what layers say, and of the run's own students{(own.Length > 0 ? $" ({string.Join(", ", own)})" : "")} only the logits can be asked.", "Name served teachers alone, without a driver, or choose a loss on logits.");
            if (tree.Text("student.kind") is { } kind && Kinds(loss.Compares) is { } kinds && !kinds.Contains(kind))
                mistakes.Contradiction($"{at}.loss", $"`{loss.Name}` compares {(loss.Compares == OutputFamily.Map ? "feature maps" : loss.Compares == OutputFamily.Attention ? "attention" : "states of tokens")}, and a `{kind}` has none.", $"Choose a student of the kind {string.Join(" or ", kinds.Select(k => $"`{k}`"))}, or another loss.");
            if (terms[i]!["pool"] is JsonValue pool && pool.TryGetValue(out long side) && side is not (1 or 2 or 4 or 8))
                mistakes.Add("KD1005", $"{at}.pool", $"maps are not averaged to {side}×{side} pixels.", "Give 1, 2, 4 or 8.");
            if (!tree.Unknown($"{at}.layers") && terms[i]!["layers"] is JsonArray layers && layers.Select(l => l!.ToJsonString()).Distinct(StringComparer.Ordinal).Count() != layers.Count)
                mistakes.Contradiction($"{at}.layers", "two layers are compared twice.", "Name each pair once; `weight` is the term's.");
            if (loss.Name == "review" && !tree.Unknown($"{at}.layers") && terms[i]!["layers"] is JsonArray listed && !Ascends(listed))
                mistakes.Contradiction($"{at}.layers", "`review` fuses from the last pair to the first, and the student's layers do not get deeper from pair to pair.", "List each of the student's layers once, the shallowest first.");
            if (loss.Name is "contrast" or "crd" && terms[i]!["temperature"] is JsonValue number && number.TryGetValue(out double temperature) && temperature is > 0 and < LeastOfContrasts)
                mistakes.Add("KD1005", $"{at}.temperature", $"e^(1/{temperature.ToString(CultureInfo.InvariantCulture)}) and sums of it are more than float32 holds.", $"Allowed: at least {LeastOfContrasts.ToString(CultureInfo.InvariantCulture)}.");
            if (loss.Compares == OutputFamily.Map && (tree.Number("data.augment.crop") is > 0 || tree.Flag("data.augment.flip") == true) && !(terms[i]!["pool"] is JsonValue whole && whole.TryGetValue(out long one) && one == 1))
                mistakes.Contradiction($"{at}.loss", $"`{loss.Name}` compares pixels at their places, and the student sees images that are moved or mirrored where the teachers see them as they are.", "Leave `data.augment` out, or give \"pool\": 1, which has no places.");
            if (loss.Name != "attention-mse" && terms[i]!["heads"] is JsonValue heads && heads.TryGetValue(out string? way) && way == "sum")
                mistakes.Contradiction($"{at}.heads", $"`{loss.Name}` compares probabilities, and sums of scores are none of any head.", "Give \"mean\" or \"each\", or choose `attention-mse`.");
            if (terms[i]!["window"] is JsonValue window && window.TryGetValue(out long tokens) && tokens % 2 == 0)
                mistakes.Add("KD1005", $"{at}.window", "a window has its token in the middle.", "Give an odd number.");
        }
    }

    private static bool Ascends(JsonArray layers)
    {
        long?[] own = [.. layers.Select(l => (l as JsonObject)?["student"] is JsonValue layer && layer.TryGetValue(out long depth) ? depth : (long?)null)];
        return !own.Zip(own.Skip(1)).Any(p => p.Second <= p.First);
    }

    // The students that have what a loss compares; null: all.
    private static string[]? Kinds(OutputFamily compares) => compares switch
    {
        OutputFamily.Hidden => ["bag-of-embeddings", "text-cnn", "bilstm", .. RecipeTableModel.TransformerKinds],
        OutputFamily.Attention => RecipeTableModel.TransformerKinds,
        OutputFamily.Map => ["cnn", "resnet"],
        _ => null,
    };

    private static string? Policy(RecipeTree tree) => new[] { tree.Text("weighting.kind") }.Concat(tree.Texts("baselines") ?? []).FirstOrDefault(RecipeTableWeighting.IsPolicy);

    private static void Schedule(JsonObject schedule, string at, RecipeTree tree, RecipeMistakes mistakes)
    {
        string? kind = tree.Unknown($"{at}.kind") ? null : schedule["kind"]?.GetValue<string>();
        double? from = Value("from"), to = Value("to");
        foreach ((string key, double? value) in new[] { ("from", from), ("to", to) })
        {
            if (value < 0)
                mistakes.Add("KD1005", $"{at}.{key}", $"{value} is out of range.", "Allowed: at least 0.");
            else if (value == 0 && kind == "exponential")
                mistakes.Contradiction($"{at}.{key}", "a number that changes by equal factors is never 0.", "Give a number above 0, or choose `linear`.");
        }

        if (kind == ScheduleSpec.Constant && from is not null && to is not null && from != to)
            mistakes.Contradiction($"{at}.to", "a constant does not change.", "Write the number alone, or choose another kind.");
        if (kind == "steps" && schedule["levels"] is null && !tree.Unknown($"{at}.levels"))
            mistakes.Add("KD1004", $"{at}.levels", "the schedule does not say how many values there are.", "Give \"levels\".");
        else if (kind is not (null or "steps") && schedule["levels"] is not null)
            mistakes.Contradiction($"{at}.levels", "\"levels\" has a meaning only with kind `steps`.", "Leave it out, or choose `steps`.");

        double? Value(string key) => tree.Unknown($"{at}.{key}") ? null : schedule[key]?.GetValue<double>();
    }
}
