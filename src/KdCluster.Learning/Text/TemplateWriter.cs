using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>Writes the post-processor of a <c>tokenizer.json</c>: what <see cref="TemplateReader"/> reads.</summary>
internal static class TemplateWriter
{
    /// <summary>A special token with its token type.</summary>
    public static Piece Special(string token, int type = 0) => new("SpecialToken", token, type);

    /// <summary>The first text, of token type 0.</summary>
    public static Piece First { get; } = new("Sequence", "A", 0);

    /// <summary>The second text with its token type.</summary>
    public static Piece Second(int type) => new("Sequence", "B", type);

    /// <summary>Writes the property <c>post_processor</c>.</summary>
    /// <param name="json">Inside the file's object.</param>
    /// <param name="single">Of a text.</param>
    /// <param name="pair">Of two texts.</param>
    /// <param name="specials">The special tokens of both, with their ids.</param>
    public static void Write(Utf8JsonWriter json, Piece[] single, Piece[] pair, params ReadOnlySpan<(string Token, int Id)> specials)
    {
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        WritePieces(json, "single", single);
        WritePieces(json, "pair", pair);
        json.WriteStartObject("special_tokens");
        foreach ((string token, int id) in specials)
        {
            json.WriteStartObject(token);
            json.WriteString("id", token);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePieces(Utf8JsonWriter json, string name, Piece[] pieces)
    {
        json.WriteStartArray(name);
        foreach (Piece piece in pieces)
        {
            json.WriteStartObject();
            json.WriteStartObject(piece.Kind);
            json.WriteString("id", piece.Id);
            json.WriteNumber("type_id", piece.Type);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>One place of a template.</summary>
    public readonly record struct Piece(string Kind, string Id, int Type);
}
