using System.Text.Json.Nodes;
using KdCluster.Cluster.Inference;
using KdCluster.Recipes;
using KdCluster.Wire.Inference;

namespace KdCluster.Tests.Inference;

public sealed class InferenceFactsTests
{
    [Fact]
    public void A_model_that_is_not_told_where_a_text_ends_needs_a_token_of_padding()
    {
        KdError refused = Assert.Single(Assert.Throws<KdException>(() => Of(-1, Pieces(16, padding: false))).Errors);
        Assert.Equal("KD1343", refused.Code);
        Assert.Contains("neither attention_mask nor lengths", refused.What, StringComparison.Ordinal);
        Assert.Equal(0, Of(-1, Pieces(16, padding: false), "attention_mask").Padding);
        Assert.Equal(0, Of(-1, Pieces(16, padding: false), "lengths").Padding);
        Assert.Equal(2, Of(-1, Pieces(16, padding: true)).Padding);
    }

    [Fact]
    public void A_tokenizer_that_a_server_tells_takes_its_longest_input_from_the_model_too()
    {
        Assert.Equal(12, Of(12, Pieces(null, padding: true)).Description.MaxLength);
        Assert.Equal(12, Of(12, Pieces(16, padding: true)).Description.MaxLength);
        Assert.Equal(16, Of(-1, Pieces(16, padding: true)).Description.MaxLength);
        Assert.Equal("KD1207", Assert.Throws<KdException>(() => Of(-1, Pieces(null, padding: true))).Code);
    }

    private static InferenceFacts Of(int length, JsonObject tokenizer, params string[] more)
    {
        ModelMetadataResponse metadata = new() { Name = "m", Platform = "other", Versions = { "1" } };
        metadata.Inputs.AddRange(more.Prepend("input_ids").Select(name => new ModelMetadataResponse.Types.TensorMetadata { Name = name, Datatype = "INT64", Shape = { -1, length } }));
        metadata.Outputs.Add(new ModelMetadataResponse.Types.TensorMetadata { Name = "logits", Datatype = "FP32", Shape = { -1, 2 } });
        metadata.Properties["kdcluster.tokenizer_json"] = tokenizer.ToJsonString();
        return InferenceFacts.Of(new TeacherRef { Name = "t", Endpoint = "oip://h:1", Labels = ["a", "b"] }, metadata);
    }

    private static JsonObject Pieces(int? maxLength, bool padding) => new()
    {
        ["truncation"] = maxLength is { } most ? new JsonObject { ["max_length"] = most, ["direction"] = "Right", ["strategy"] = "LongestFirst", ["stride"] = 0 } : null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray(),
        ["pre_tokenizer"] = new JsonObject { ["type"] = "Whitespace" },
        ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "b", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = new JsonObject { ["a"] = 0, ["b"] = 1, [padding ? "[PAD]" : "c"] = 2 } },
    };
}
