using System.Text;
using System.Text.Json.Nodes;
using KdCluster.Cluster.Teachers.Probes;
using KdCluster.Learning.Text;

namespace KdCluster.Tests.Teachers.Probes;

/// <summary>What replicas are compared on.</summary>
public sealed class ProbeInputsTests
{
    [Fact]
    public void Tokens_that_were_added_to_the_vocabulary_are_not_asked_for()
    {
        string vocabulary = string.Join('\n', ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(5, 15).Select(i => $"w{i}")]);
        byte[] plain = WordPieceVocabulary.ToJson(Encoding.UTF8.GetBytes(vocabulary), TokenizerConfig.None, "t");
        JsonNode file = JsonNode.Parse(plain)!;
        for (int id = 20; id < 60; id++)
        {
            JsonNode token = file["added_tokens"]![0]!.DeepClone();
            (token["id"], token["content"]) = (id, $"<{id}>");
            file["added_tokens"]!.AsArray().Add(token);
        }

        Tokenizer without = Tokenizer.FromBytes(plain, "t", 16), with = Tokenizer.FromBytes(Encoding.UTF8.GetBytes(file.ToJsonString()), "t", 16);
        Assert.Equal((20, 20, 60, 20), (without.Vocabulary, without.BaseVocabulary, with.Vocabulary, with.BaseVocabulary));
        int[][] ids = [.. ProbeInputs.Of(with, 8).Select(i => i.Ids)];
        Assert.Equal(ProbeInputs.Of(without, 8).Select(i => i.Ids), ids);
        Assert.All(ids.SelectMany(i => i), id => Assert.InRange(id, 1, 19));
        Assert.True(ids.SelectMany(i => i).Distinct().Count() > 10);
    }
}
