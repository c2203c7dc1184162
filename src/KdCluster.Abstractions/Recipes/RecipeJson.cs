using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>The records as JSON and back, without a word on whether they make sense.</summary>
internal static class RecipeJson
{
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A record built in code may hold NaN; written as a text, it is then refused with its key.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    internal static JsonObject ToObject(Recipe recipe) => JsonSerializer.SerializeToNode(recipe, Options)!.AsObject();

    internal static Recipe ToRecipe(JsonObject node) => node.Deserialize<Recipe>(Options)!;

    internal static ObjectiveSpec ToObjective(JsonNode node) => node.Deserialize<ObjectiveSpec>(Options)!;

    internal static string ToText(JsonNode node) => node.ToJsonString(Options) + "\n";
}
