using System.Globalization;
using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>The tokenizer of language models that are given none: a token for each byte of UTF-8, as byte-level BPE without merges. It can express every text, and is the same for all data.</summary>
internal static class ByteTokenizer
{
    /// <summary>Makes it; the id of a byte is the byte.</summary>
    /// <param name="maxLength">Longest view in tokens.</param>
    public static HuggingFaceTokenizer Of(int maxLength) => HuggingFaceTokenizer.Of(TokenizerFile.Read(Json(), maxLength, null, "the tokenizer of bytes"), "the tokenizer of bytes");

    private static byte[] Json()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("normalizer");
            foreach (string part in (ReadOnlySpan<string>)["pre_tokenizer", "decoder"])
            {
                json.WriteStartObject(part);
                json.WriteString("type", "ByteLevel");
                json.WriteBoolean("add_prefix_space", false);
                json.WriteBoolean("trim_offsets", true);
                json.WriteBoolean("use_regex", true);
                json.WriteEndObject();
            }

            json.WriteNull("post_processor");
            json.WriteStartObject("model");
            json.WriteString("type", "BPE");
            json.WriteStartObject("vocab");
            foreach ((int id, char sign) in Signs().Index())
                json.WriteNumber(sign.ToString(CultureInfo.InvariantCulture), id);
            json.WriteEndObject();
            json.WriteStartArray("merges");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>GPT-2's sign for each byte: itself where it can be seen, else the next one from U+0100 on.</summary>
    internal static IEnumerable<char> Signs()
    {
        int hidden = 0;
        for (int b = 0; b <= byte.MaxValue; b++)
            yield return b is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or >= 0xae ? (char)b : (char)(256 + hidden++);
    }
}
