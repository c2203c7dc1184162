using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Reads recipes: JSON with comments and trailing commas. All mistakes are found in one go, each with its line and key.</summary>
/// <remarks>The keys are described in one table, of which <see cref="RecipeSchema"/> and <c>docs/recipe.md</c> are made too.</remarks>
public static class RecipeReader
{
    /// <summary>Reads a recipe's file.</summary>
    /// <param name="path">Its path. Paths in the recipe are left as they are written; <see cref="RecipePaths.Absolute(Recipe, string)"/> resolves them.</param>
    /// <param name="full">Whether its section <c>full</c> is put over it.</param>
    /// <exception cref="KdException"><c>KD1008</c>: no such file, or it cannot be read; or what <see cref="Read"/> throws.</exception>
    public static Recipe ReadFile(string path, bool full = false) => Make(Given(BytesOf(path), path, full));

    /// <summary>Reads a recipe's file as it is written: what is left out is not filled in, comments are gone.</summary>
    /// <inheritdoc cref="ReadFile"/>
    public static JsonObject ReadGiven(string path, bool full = false) => Given(BytesOf(path), path, full);

    private static byte[] BytesOf(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            bool absent = e is FileNotFoundException or DirectoryNotFoundException;
            throw new KdException("KD1008", absent ? "there is no such recipe." : $"the recipe cannot be read: {e.Message}", path, "Give the path of a recipe's JSON file.", e);
        }

        return bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }

    /// <summary>Reads a recipe's text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">How mistakes name the place; empty for a text without a file.</param>
    /// <returns>The recipe with every default filled in. Its section <c>full</c> is checked and left out.</returns>
    /// <exception cref="KdException">Every mistake: <c>KD1001</c> not JSON, <c>KD1002</c> unknown key, <c>KD1003</c> wrong type, <c>KD1004</c> missing key,
    /// <c>KD1005</c> out of range, <c>KD1006</c> unknown name, <c>KD1007</c> keys that contradict each other.</exception>
    public static Recipe Read(string json, string path) => Make(Given(Encoding.UTF8.GetBytes(json), path, full: false));

    /// <summary>Checks a recipe made in code by the same rules.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>The effective recipe: what has no meaning in it is set to its default.</returns>
    /// <exception cref="KdException">As <see cref="Read"/>, without lines.</exception>
    public static Recipe Check(Recipe recipe) => Read(RecipeWriter.Write(recipe), "");

    private static JsonObject Given(ReadOnlySpan<byte> utf8, string path, bool full)
    {
        var mistakes = new RecipeMistakes(path);
        JsonObject given = [];
        try
        {
            RefuseBadUtf8(utf8, mistakes);
            given = new RecipeWalker(mistakes).Walk(utf8);
        }
        catch (JsonException e)
        {
            // The walk stopped: whether a key is missing or contradicted is not known.
            mistakes.AddAt("KD1001", (int)(e.LineNumber ?? 0) + 1, "", $"not JSON: {Reason(e)}");
            mistakes.ThrowIfAny();
        }

        catch (InvalidOperationException e)
        {
            // What the walk's reading of texts throws for an escape such as \ud800 without its other half.
            mistakes.AddAt("KD1001", 0, "", $"not JSON: {e.Message}");
            mistakes.ThrowIfAny();
        }

        var tree = new RecipeTree(given, mistakes.Invalid);
        RecipeRules.Check(tree, mistakes);
        RecipeFull.Check(tree, mistakes);
        if (full && given["full"] is null)
            mistakes.Add("KD1004", "full", "the recipe has no section `full`.", "Add one, such as \"full\": { \"training\": { \"seeds\": [1, 2, 3, 4, 5] } }, or leave out --full.");
        mistakes.ThrowIfAny();
        return full ? RecipeFull.Over(given) : RecipeFull.Short(given);
    }

    private static Recipe Make(JsonObject given)
    {
        Recipe recipe = Whole(given);
        return recipe with
        {
            Variants = RecipeVariants.Of(given) is { Count: > 0 } variants ? new(variants.Select(v => KeyValuePair.Create(v.Name, Variant(given, v.Own, recipe)))) : null,
        };
    }

    private static Recipe Whole(JsonObject given)
    {
        Recipe recipe = Complete(given);
        return RecipeStages.Of(given) is { Count: > 0 } stages ? recipe with { Stages = [.. stages.Select(s => Stage(given, s, recipe))] } : recipe;
    }

    private static VariantSpec Variant(JsonObject given, JsonObject own, Recipe recipe)
    {
        Recipe effective = Whole(RecipeVariants.Effective(given, own, whole: false));
        return new VariantSpec
        {
            Teachers = [.. effective.Teachers.Select(t => t.Name)],
            Weighting = effective.Weighting,
            Student = effective.Student,
            Objective = effective.Objective,
            Training = StageTraining.Of(effective.Training),
            Loop = Beside(effective.Loop, recipe),
            Stages = effective.Stages ?? [],
            Driver = effective.Driver,
        };
    }

    // What is left out is the recipe's, so that a loop that is not the recipe's is named.
    private static LoopSpec? Beside(LoopSpec? own, Recipe recipe) => own ?? (recipe.Loop is null ? null : new LoopSpec());

    // Which defaults a term has depends on its loss; without teachers nothing is learned of them.
    private static Recipe Complete(JsonObject given)
    {
        JsonObject one = given.DeepClone().AsObject();
        one.Remove("stages");
        one.Remove("variants");
        RecipeTeacherRules.Complete(one);
        Recipe recipe = RecipeJson.ToRecipe(one);
        ObjectiveSpec objective = recipe.Objective.Terms is not { } terms ? recipe.Objective
            : recipe.Objective with { Terms = [.. terms.Select(t => RecipeTableLosses.Find(t.Loss)!.Complete(t))] };
        return recipe with { Task = recipe.Task == TaskNames.TextClassification ? null : recipe.Task, Loop = RecipeTableLoop.Complete(recipe.Loop, recipe.TaskOrDefault() == TaskNames.TextClassification), Objective = recipe.IsTaught() ? objective : objective with { Alpha = 0 } };
    }

    private static StageSpec Stage(JsonObject given, JsonObject stage, Recipe recipe)
    {
        Recipe effective = Complete(RecipeStages.Effective(given, stage, whole: false));
        return new StageSpec
        {
            Name = stage["name"]!.GetValue<string>(),
            Teachers = [.. effective.Teachers.Select(t => t.Name)],
            Student = effective.Student,
            Weighting = effective.Weighting,
            Objective = effective.Objective,
            Training = StageTraining.Of(effective.Training),
            Loop = Beside(effective.Loop, recipe),
            Init = stage["init"]?.GetValue<string>() ?? "fresh",
            Select = stage["select"]?.GetValue<string>() ?? RecipeTableStages.SelectsOf(recipe.TaskOrDefault())[0],
            AverageDecay = stage["averageDecay"]?.GetValue<double>() ?? new StageSpec { Name = "", Student = recipe.Student }.AverageDecay,
        };
    }

    private static void RefuseBadUtf8(ReadOnlySpan<byte> utf8, RecipeMistakes mistakes)
    {
        if (System.Text.Unicode.Utf8.IsValid(utf8))
            return;
        mistakes.AddAt("KD1001", 0, "", "the file is not UTF-8.", "Save it as UTF-8.");
        mistakes.ThrowIfAny();
    }

    // The message ends with its own place, counted from 0.
    private static string Reason(JsonException e)
    {
        int end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }
}
