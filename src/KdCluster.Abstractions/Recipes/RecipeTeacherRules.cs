using System.Text.Json.Nodes;
using KdCluster.Teachers;

namespace KdCluster.Recipes;

/// <summary>Contradictions among teachers, and in how a recipe trains its own.</summary>
internal static class RecipeTeacherRules
{
    // What is done to the student is not done to its teachers unless they say so.
    private static readonly string[] OfTheStudent = [.. RecipeTableStages.OfARun, "augmentation", "freeze", "pruning", "quantization"];

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("teachers") || tree.Given["teachers"]?.AsArray() is not { } teachers)
            return;
        IEnumerable<string?> names = teachers.Select(t => t?["name"]?.GetValue<string>());
        foreach ((int index, string? name) in RecipeRules.Repeated(names.Select((n, i) => n ?? $"\n{i}")))
            mistakes.Contradiction($"teachers[{index}].name", $"the teacher \"{name}\" is given twice.", "Name each teacher once; deploy it under another name if it differs.");
        for (int i = 0; i < teachers.Count; i++)
        {
            JsonObject teacher = teachers[i]!.AsObject();
            string at = $"teachers[{i}]";
            Inference(tree, teacher, at, mistakes);
            Endpoints(teacher, at, mistakes);
            Train(tree, teacher, at, mistakes);
        }

        if (teachers.Count > 0 && tree.Number("objective.alpha") == 0)
            mistakes.Contradiction("objective.alpha", "with alpha 0 the teachers are never listened to.", "Give an alpha above 0, or leave the teachers out.");
    }

    /// <summary>The recipe that trains a teacher: that of the run with what the teacher says put over it.</summary>
    internal static JsonObject Effective(JsonObject recipe, JsonObject train)
    {
        JsonObject data = recipe["data"]?.DeepClone().AsObject() ?? [];
        if (train["limit"] is { } limit)
            Replace(data, "limit", limit.GetValue<long>() == 0 ? null : limit);
        if (train["transform"] is JsonArray steps)
            Replace(data, "transform", steps.Count == 0 ? null : steps);
        return new JsonObject { ["task"] = recipe["task"]?.DeepClone(), ["data"] = data, ["student"] = train["model"]?.DeepClone(), ["training"] = Training(recipe, train) };
    }

    /// <summary>The optimisation of a teacher: the run's with the teacher's put over it.</summary>
    internal static JsonObject Training(JsonObject recipe, JsonObject train)
    {
        JsonObject training = recipe["training"]?.DeepClone().AsObject() ?? [];
        foreach (string ofTheRun in OfTheStudent)
            training.Remove(ofTheRun);
        foreach ((string key, JsonNode? value) in train["training"] as JsonObject ?? [])
            training[key] = value?.DeepClone();
        return training;
    }

    /// <summary>Writes out what the teachers that are trained take over from the recipe.</summary>
    internal static void Complete(JsonObject recipe)
    {
        foreach (JsonObject train in Trained(recipe))
        {
            train["training"] = Training(recipe, train);
            foreach (string key in new[] { "limit", "transform" })
            {
                if (train[key] is null && recipe["data"]?[key] is { } inherited)
                    train[key] = inherited.DeepClone();
            }
        }
    }

    /// <summary>How the recipe trains teachers, those that it does.</summary>
    internal static IEnumerable<JsonObject> Trained(JsonObject recipe) =>
        (recipe["teachers"] as JsonArray ?? []).Select(t => t?["train"] as JsonObject).OfType<JsonObject>();

    private static void Replace(JsonObject section, string key, JsonNode? value)
    {
        section.Remove(key);
        if (value is not null)
            section[key] = value.DeepClone();
    }

    private static void Inference(RecipeTree tree, JsonObject teacher, string at, RecipeMistakes mistakes)
    {
        if (tree.Unknown($"{at}.endpoint") || TeacherRef.IsInference(teacher["endpoint"]?.GetValue<string>()))
            return;
        foreach (string key in RecipeTableTeachers.InferenceKeys.Where(k => teacher[k] is not null))
            mistakes.Contradiction($"{at}.{key}", $"\"{key}\" has a meaning only with an endpoint `oip://host:port`: a silo says it of its teachers itself.", "Leave it out.");
    }

    private static void Endpoints(JsonObject teacher, string at, RecipeMistakes mistakes)
    {
        if (teacher["endpoints"] is not JsonArray endpoints)
            return;
        if (teacher["endpoint"] is not null)
            mistakes.Contradiction($"{at}.endpoints", "both \"endpoint\" and \"endpoints\" are given.", "Keep one of them.");
        foreach ((int index, string address) in RecipeRules.Repeated(endpoints.Select(e => e!.GetValue<string>().TrimEnd('/'))))
            mistakes.Contradiction($"{at}.endpoints[{index}]", $"the endpoint {address} is given twice.", "Give each silo once.");
    }

    private static void Precision(RecipeTree tree, JsonObject teacher, string? kind, string at, RecipeMistakes mistakes)
    {
        string reduced = PrecisionNames.Of(Teachers.Precision.Bf16);
        if (kind is not null && !RecipeTableModel.ReducedKinds.Contains(kind) && !tree.Unknown($"{at}.precision") && teacher["precision"]?.GetValue<string>() == reduced)
            mistakes.Contradiction($"{at}.precision", $"a `{kind}` is not computed in `{reduced}`.", "Leave it out, or choose `f32` or `auto`.");
    }

    private static void Train(RecipeTree tree, JsonObject teacher, string at, RecipeMistakes mistakes)
    {
        if (tree.Unknown($"{at}.train"))
            return;
        if (teacher["train"] is not JsonObject train)
        {
            if (teacher["keep"] is not null)
                mistakes.Contradiction($"{at}.keep", "\"keep\" has a meaning only with `train`: the run undeploys no teacher that somebody else deployed.", "Leave it out.");
            if (teacher["precision"] is not null)
                mistakes.Contradiction($"{at}.precision", "\"precision\" has a meaning only with `train`: that of another teacher is said where it is deployed.", "Leave it out, or deploy the teacher with `kd teacher deploy --precision`.");
            return;
        }

        foreach (string key in new[] { "endpoint", "endpoints" }.Where(k => teacher[k] is not null))
            mistakes.Contradiction($"{at}.{key}", $"the run trains this teacher and deploys it in its own cluster: \"{key}\" has no meaning.", $"Leave `{key}` out, or `train`.");
        JsonObject effective = Effective(tree.Given, train);
        HashSet<string> invalid = RecipeStageRules.InvalidIn(mistakes.Invalid, $"{at}.train.");
        RecipeMistakes own = mistakes.Within($"{at}.train");
        if (train["transform"] is JsonArray)
            RecipeDataRules.Transform(new RecipeTree(effective, invalid), mistakes.Within($"{at}.train", "data."));
        RecipeRules.CheckRows(new RecipeTree(effective, invalid), train["limit"] is null ? own : mistakes.Within($"{at}.train", "data."));
        if (train["model"] is JsonObject)
        {
            RecipeTree model = new(effective, RecipeStageRules.InvalidIn(mistakes.Invalid, $"{at}.train.model.", "student."));
            RecipeRules.CheckModel(model, mistakes.Within($"{at}.train.model", "student."));
            Precision(tree, teacher, model.Text("student.kind"), at, mistakes);
        }
    }
}
