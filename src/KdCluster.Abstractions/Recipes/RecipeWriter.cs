using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Writes the effective recipe: every key that has a meaning, defaults filled in, in the order of the documentation.</summary>
public static class RecipeWriter
{
    private static readonly HashSet<string> None = [];

    /// <summary>The canonical form: indented JSON; equal recipes give equal text, and <see cref="RecipeReader.Read"/> gives an equal recipe back.</summary>
    /// <param name="recipe">The recipe. A redis password in <see cref="Recipe.Store"/> is written too.</param>
    public static string Write(Recipe recipe)
    {
        Recipe effective = recipe.Teachers.Count > 0 ? recipe : recipe with { Objective = recipe.Objective with { Alpha = 0 } };
        var tree = new RecipeTree(RecipeJson.ToObject(effective), None);
        return RecipeJson.ToText(Section(RecipeTable.Root, tree.Given, "", tree));
    }

    private static JsonObject Section(RecipeKey section, JsonObject from, string path, RecipeTree tree)
    {
        JsonObject written = [];
        foreach (RecipeKey key in section.Keys)
        {
            string at = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (from[key.Name] is not { } value || key.Only?.Holds(tree) == false)
                continue;
            JsonNode copy = (key.Type, value) switch
            {
                (RecipeKeyType.Section, JsonObject inner) => Section(key, inner, at, tree),
                (RecipeKeyType.Sections, JsonArray inner) => new JsonArray([.. inner.Select(i => Section(key, i!.AsObject(), at, tree))]),
                _ => value.DeepClone(),
            };
            if (copy is not JsonObject { Count: 0 })
                written[key.Name] = copy;
        }

        return written;
    }
}
