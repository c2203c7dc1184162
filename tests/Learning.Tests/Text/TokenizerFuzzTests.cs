using System.Text.Json.Nodes;
using KdCluster.Learning.Text;

namespace KdCluster.Tests.Text;

/// <summary>Damaged files of tokenizers.</summary>
public sealed class TokenizerFuzzTests
{
    private const int Fuzzed = 3000;

    // The library ends the process where it is surprised: this test would not end.
    [Fact]
    public void Damaged_files_are_refused_or_work()
    {
        var random = new Random(5);
        byte[][] sound = [.. ((JsonObject[])[TokenizerFiles.WordPiece(), TokenizerFiles.ByteLevel(true), TokenizerFiles.Unigram([("<unk>", 0), ("<s>", 0), ("</s>", 0), ("\u2581", -3), ("a", -2), ("ab", -2.5)])]).Select(TokenizerFiles.Utf8)];
        string[] texts = [.. TokenizerFiles.OddTexts().Take(20), "the film abab"];
        int refused = 0, read = 0;
        for (int i = 0; i < Fuzzed; i++)
        {
            byte[] bytes = [.. sound[i % sound.Length]];
            if (i % 2 == 0)
                bytes = Mutated(bytes, random);
            for (int changes = i % 2 == 0 ? 0 : random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : bytes[random.Next(bytes.Length)];
            try
            {
                Tokenizer tokenizer = Tokenizer.FromBytes(bytes, "fuzz");
                foreach (string text in texts)
                    Assert.Contains(tokenizer.Fault(tokenizer.Encode(text, i % 2 == 0 ? null : texts[i % texts.Length])), (string?[])[null, "no token"]);
                read++;
            }
            catch (KdException e)
            {
                Assert.Contains(e.Code, (string[])["KD1207", "KD1219"]);
                refused++;
            }
        }

        Assert.InRange(refused, Fuzzed / 10, Fuzzed);
        Assert.InRange(read, Fuzzed / 20, Fuzzed);
    }

    // One value anywhere in the file is another.
    private static byte[] Mutated(byte[] bytes, Random random)
    {
        string[] others = ["null", "true", "0", "-1", "1e9", "4294967295", "0.5", "\"\"", "\"x\"", "\"\\u0120\"", "[]", "{}", "[\"a\",\"b\"]", "{\"type\":\"NFC\"}", "\"ByteLevel\"", "\"Sequence\"", "\"first\"", "65536"];
        JsonNode file = JsonNode.Parse(bytes)!;
        List<JsonNode> all = [];
        void Walk(JsonNode? node)
        {
            if (node is null)
                return;
            if (node.Parent is not null)
                all.Add(node);
            foreach (JsonNode? inner in node is JsonObject inside ? inside.Select(i => i.Value) : node is JsonArray list ? list : Enumerable.Empty<JsonNode?>())
                Walk(inner);
        }

        Walk(file);
        // Vocabularies are most of a file, and least of what can go wrong.
        JsonNode[] rare = [.. all.Where(n => n.GetPath() is var path && (!path.Contains("vocab", StringComparison.Ordinal) || random.Next(20) == 0))];
        JsonNode chosen = rare[random.Next(rare.Length)];
        chosen.ReplaceWith(JsonNode.Parse(others[random.Next(others.Length)]));
        return System.Text.Encoding.UTF8.GetBytes(file.ToJsonString());
    }
}
