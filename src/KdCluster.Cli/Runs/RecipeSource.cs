using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Cli.CommandLine;
using KdCluster.Recipes;

namespace KdCluster.Cli.Runs;

/// <summary>A recipe as a command line gives it: a file, with keys changed by <c>--set</c>.</summary>
internal static class RecipeSource
{
    private const string Contradicts = "KD1007";

    /// <summary>Reads a recipe with what <c>--full</c> and <c>--set</c> make of it; its data's paths become absolute.</summary>
    /// <param name="file">The file, absolute.</param>
    /// <param name="invocation">Where the options are, and <c>KD_DATA</c>.</param>
    /// <param name="more">Changes after those of <c>--set</c>.</param>
    /// <exception cref="KdException">Every mistake in the file, else every mistake in the changes.</exception>
    public static Recipe Read(string file, Invocation invocation, params IEnumerable<string> more)
    {
        bool full = invocation.Has(CommonOptions.Full);
        IReadOnlyList<string> changes = [.. invocation.Values(CommonOptions.Set), .. more];
        Recipe recipe = RecipeReader.ReadFile(file, full);
        // Changed as it is written: what stages and variants take over from the recipe changes with it.
        Recipe changed = changes.Count == 0 ? recipe : Change(RecipeReader.ReadGiven(file, full), changes);
        return RecipePaths.Absolute(InDataFolder(changed, file, invocation), file);
    }

    /// <summary>The recipe that <c>--recipe</c> names, with its <c>--set</c>.</summary>
    public static Recipe Read(Invocation invocation) => Read(invocation.Context.At(invocation.Needed(CommonOptions.Recipe)), invocation);

    /// <summary>Changes keys. What has no meaning any more, such as a policy's options under a uniform weighting, is left out.</summary>
    public static Recipe Change(Recipe recipe, IReadOnlyList<string> changes)
    {
        return changes.Count == 0 ? recipe : Change(JsonNode.Parse(RecipeWriter.Write(recipe))!.AsObject(), changes);
    }

    private static Recipe Change(JsonObject root, IReadOnlyList<string> changes)
    {
        HashSet<string> changed = [];
        foreach (string change in changes)
        {
            int equals = change.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new KdException("KD1704", $"'{change}' changes nothing.", "--set", "Write --set KEY=VALUE, such as --set training.epochs=1.");
            Set(root, change[..equals], change[(equals + 1)..]);
            changed.Add(change[..equals]);
        }

        while (true)
        {
            try
            {
                return RecipeReader.Read(root.ToJsonString(), "");
            }
            catch (KdException e) when (e.Errors.Any(error => IsLeftOver(error, changed) && Remove(root, error.Where!)))
            {
                // Read again without what has lost its meaning: its own remarks were all that was wrong, or the rest is told next.
            }
            catch (KdException e)
            {
                throw new KdException([.. e.Errors.Select(error => error with { Where = $"--set {error.Where}".TrimEnd() })], e);
            }
        }
    }

    /// <summary>Data files, and folders that models begin with, that are not where the recipe says, and are in the folder that <c>KD_DATA</c> names.</summary>
    private static Recipe InDataFolder(Recipe recipe, string file, Invocation invocation)
    {
        if (invocation.Context.Variable("KD_DATA") is not { } folder)
            return recipe;
        return RecipeModels.ChangePretrained(recipe with { Data = RecipePaths.Change(recipe.Data, Found) }, (key, path) => Found(key, path)!);

        string? Found(string key, string? path)
        {
            if (path is null || Path.Exists(Path.GetFullPath(path, Path.GetDirectoryName(file)!)) || RecipePaths.InDataFolder(path, invocation.Context.At(folder)) is not { } there || !Path.Exists(there))
                return path;
            invocation.Terminal.Note($"{key}: {path} is not there; {there} is taken (KD_DATA).");
            return there;
        }
    }

    // Read without a file's name, a mistake's place is the key alone.
    private static bool IsLeftOver(KdError error, HashSet<string> changed) =>
        error.Code == Contradicts && error.Where is { } key && !changed.Contains(key) && !key.Contains('[', StringComparison.Ordinal);

    private static void Set(JsonObject root, string path, string value)
    {
        string[] names = path.Split('.');
        JsonObject section = root;
        foreach (string name in names[..^1])
        {
            if (section[name] is not JsonObject inner)
                section[name] = inner = [];
            section = inner;
        }

        section[names[^1]] = Parse(value);
    }

    private static bool Remove(JsonObject root, string path)
    {
        string[] names = path.Split('.');
        JsonObject? section = root;
        foreach (string name in names[..^1])
            section = section?[name] as JsonObject;
        return section?.Remove(names[^1]) == true;
    }

    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return value;   // cpu, adamw: text needs no quotes here
        }
    }
}
