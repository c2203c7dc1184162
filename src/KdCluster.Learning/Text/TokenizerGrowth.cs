using System.Text;
using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>By how much a tokenizer's normalizer and pre-tokenizer may lengthen a text, at most: the library takes memory for it and ends the process where there is none.</summary>
/// <remarks>In bytes of UTF-8. Those of the Unicode normal forms are the maximum expansion factors of Unicode's FAQ on normalization.</remarks>
internal static class TokenizerGrowth
{
    /// <summary>Bytes that a text may become. The library keeps 17 bytes for each of them.</summary>
    public const long MostBytes = 1 << 26;

    private const int Most = 1 << 10, MostComponents = 64;

    /// <summary>The product over all components, 1 or more.</summary>
    /// <param name="components">Normalizers and pre-tokenizers that are known, without sequences.</param>
    /// <param name="where">How messages name the file.</param>
    /// <exception cref="KdException"><c>KD1207</c>: there are too many, or together they lengthen a text too much.</exception>
    public static double Of(IReadOnlyCollection<JsonElement> components, string where)
    {
        if (components.Count > MostComponents)
            throw TokenizerFile.Refuse(where, $"it has {components.Count} normalizers and pre-tokenizers, and {MostComponents} is the most");
        double growth = components.Aggregate(1.0, (product, component) => product * Math.Max(1, Factor(component)));
        return growth <= Most ? growth : throw TokenizerFile.Refuse(where, $"its normalizers and pre-tokenizers may make a text {growth:0} times as long, and {Most} is the most");
    }

    private static double Factor(JsonElement component) => component.GetProperty("type").GetString() switch
    {
        "NFC" or "NFD" => 3,
        "NFKC" or "NFKD" => 11,
        "Lowercase" => 1.5,
        // Spaces around an ideograph of three bytes, then NFD and lower case.
        "BertNormalizer" => 5.0 / 3 * 3 * 1.5,
        // Once for each piece of the text between added tokens, of a byte or more.
        "Prepend" => 1 + Bytes(component, "prepend"),
        "Replace" => Bytes(component, "content") / (double)Encoding.UTF8.GetByteCount(component.GetProperty("pattern").EnumerateObject().Single().Value.GetString()!),
        // A space before each piece, and two bytes for a byte.
        "ByteLevel" => TokenizerRules.Has(component, "add_prefix_space", out JsonElement before) && before.GetBoolean() ? 4 : 2,
        "Metaspace" => 1 + Bytes(component, "replacement"),
        _ => 1,
    };

    private static int Bytes(JsonElement component, string name) => Encoding.UTF8.GetByteCount(component.GetProperty(name).GetString()!);
}
