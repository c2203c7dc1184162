using System.Globalization;
using System.Text.Json;

namespace KdCluster.Client;

/// <summary>Ids for runs that are named nothing: chosen here, so that a start whose answer was lost can be repeated and starts nothing twice.</summary>
internal static class RunIds
{
    private static readonly JsonDocumentOptions s_lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The recipe's name, the time, and four random digits.</summary>
    public static string New(string recipe, TimeProvider time)
    {
        string name = new([.. NameOf(recipe).Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-').SkipWhile(c => !char.IsAsciiLetterOrDigit(c)).Take(70)]);
        string moment = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return $"{(name.Length == 0 ? "run" : name)}-{moment}-{Guid.NewGuid().ToString("n")[..4]}";
    }

    // What is wrong with a recipe is for the silo to say, all of it at once.
    private static string NameOf(string recipe)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(recipe, s_lenient);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()! : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
