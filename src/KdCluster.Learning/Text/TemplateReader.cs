using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>Reads the post-processor of a <c>tokenizer.json</c>.</summary>
internal static class TemplateReader
{
    private static readonly string[] Known = ["BertProcessing", "RobertaProcessing", "TemplateProcessing", "ByteLevel", "Sequence"];

    /// <returns>The templates of a text and of a pair.</returns>
    /// <exception cref="KdException"><c>KD1207</c>: it is none that can be done.</exception>
    public static (TokenTemplate Single, TokenTemplate Pair) Read(JsonElement json, int vocabulary, string where)
    {
        JsonElement[] processors = TokenizerRules.Has(json, "post_processor", out JsonElement processor) ? [.. Flat(processor, where)] : [];
        if (processors.Length > 1)
            throw TokenizerFile.Refuse(where, $"its post_processor puts special tokens around a text {processors.Length} times");
        // Without one, a pair is one text after the other, and nothing tells them apart.
        (TokenTemplate single, TokenTemplate pair) = processors.Length == 0
            ? (new TokenTemplate([Text(0, 0)]), new TokenTemplate([Text(0, 0), Text(1, 0)]))
            : Of(processors[0]);
        if (!single.Holds(1) || !pair.Holds(2))
            throw TokenizerFile.Refuse(where, "its post_processor does not place each text once");
        foreach (TokenTemplate.Part part in single.Parts.Concat(pair.Parts))
        {
            if (part.Type is < 0 or > byte.MaxValue || part.Ids.Any(id => (uint)id >= (uint)vocabulary))
                throw TokenizerFile.Refuse(where, $"its post_processor has token type {part.Type} with the special tokens {string.Join(", ", part.Ids)}, of which one is not there or not below {vocabulary}");
        }

        return (single, pair);
    }

    // Those that put tokens around a text; ByteLevel moves offsets alone.
    private static IEnumerable<JsonElement> Flat(JsonElement processor, string where)
    {
        string type = processor.GetProperty("type").GetString()!;
        return !Known.Contains(type) ? throw TokenizerFile.Refuse(where, $"its post_processor is or holds '{type}', and those that can be used are {string.Join(", ", Known)}")
            : type == "ByteLevel" ? []
            : type == "Sequence" ? processor.GetProperty("processors").EnumerateArray().SelectMany(p => Flat(p, where))
            : [processor];
    }

    private static (TokenTemplate Single, TokenTemplate Pair) Of(JsonElement processor)
    {
        if (processor.GetProperty("type").GetString() == "TemplateProcessing")
        {
            JsonElement tokens = processor.GetProperty("special_tokens");
            return (Template(processor.GetProperty("single"), tokens), Template(processor.GetProperty("pair"), tokens));
        }

        bool bert = processor.GetProperty("type").GetString() == "BertProcessing";
        (int start, int end) = (processor.GetProperty("cls")[1].GetInt32(), processor.GetProperty("sep")[1].GetInt32());
        TokenTemplate single = new([Marks(0, start), Text(0, 0), Marks(0, end)]);
        // [CLS] A [SEP] B [SEP], and <s> A </s></s> B </s> without types.
        return bert
            ? (single, new TokenTemplate([Marks(0, start), Text(0, 0), Marks(0, end), Text(1, 1), Marks(1, end)]))
            : (single, new TokenTemplate([Marks(0, start), Text(0, 0), Marks(0, end, end), Text(1, 0), Marks(0, end)]));
    }

    private static TokenTemplate Template(JsonElement parts, JsonElement tokens) => new([.. parts.EnumerateArray().Select(part =>
    {
        JsonProperty only = part.EnumerateObject().Single();
        (string id, int type) = (only.Value.GetProperty("id").GetString()!, only.Value.GetProperty("type_id").GetInt32());
        return only.Name switch
        {
            "Sequence" => Text(id == "A" ? 0 : id == "B" ? 1 : throw new FormatException($"there is no text {id}"), type),
            "SpecialToken" => Marks(type, [.. tokens.GetProperty(id).GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())]),
            _ => throw new FormatException($"a template has no {only.Name}"),
        };
    })]);

    private static TokenTemplate.Part Text(int number, int type) => new(number, [], type);

    private static TokenTemplate.Part Marks(int type, params int[] ids) => new(null, ids, type);
}
