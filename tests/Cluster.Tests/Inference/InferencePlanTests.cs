using System.Runtime.InteropServices;
using KdCluster.Cluster.Inference;
using KdCluster.Instances;
using KdCluster.Wire.Inference;

namespace KdCluster.Tests.Inference;

public sealed class InferencePlanTests
{
    [Theory]
    [InlineData("logits:3", "logits", false)]
    [InlineData("scores_of_classes:3", "scores_of_classes", false)]
    [InlineData("score:1", "score", true)]
    [InlineData("logits:3 score:1", "logits", false)]       // a classifier that also says how sure it is
    [InlineData("score:1 logits:3", "logits", false)]
    public void The_answer_is_the_logits_and_of_a_model_without_them_the_score(string outputs, string answer, bool isScore)
    {
        ModelMetadataResponse metadata = new() { Inputs = { new ModelMetadataResponse.Types.TensorMetadata { Name = "input_ids", Datatype = "INT64", Shape = { -1, -1 } } } };
        metadata.Outputs.AddRange(outputs.Split(' ').Select(o => o.Split(':')).Select(o => new ModelMetadataResponse.Types.TensorMetadata { Name = o[0], Datatype = "FP32", Shape = { -1, long.Parse(o[1], System.Globalization.CultureInfo.InvariantCulture) } }));
        InferencePlan plan = InferencePlan.Of(metadata, (what, _) => Assert.Fail(what))!;
        Assert.Equal((answer, isScore), (plan.Logits, plan.IsScore));
    }

    [Fact]
    public void Token_types_and_the_tokenizers_own_padding_are_sent_where_the_model_has_an_input_for_them()
    {
        ModelMetadataResponse.Types.TensorMetadata Input(string name) => new() { Name = name, Datatype = "INT32", Shape = { -1, -1 } };
        ModelMetadataResponse metadata = new() { Inputs = { Input("input_ids"), Input("attention_mask"), Input("token_type_ids") }, Outputs = { new ModelMetadataResponse.Types.TensorMetadata { Name = "logits", Datatype = "FP32", Shape = { -1, 2 } } } };
        InstanceView[] rows = [new([5, 6, 7], [0, 1, 1]), new([8])];
        ModelInferRequest request = new();
        InferencePlan.Of(metadata, (what, _) => Assert.Fail(what))!.Fill(request, rows, length: 4, padding: 9);
        Assert.Equal([5, 6, 7, 9, 8, 9, 9, 9], Sent("input_ids"));
        Assert.Equal([1, 1, 1, 0, 1, 0, 0, 0], Sent("attention_mask"));
        Assert.Equal([0, 1, 1, 0, 0, 0, 0, 0], Sent("token_type_ids"));

        // One of our own: the request is as it always was, but for pairs.
        metadata.Platform = InferenceNames.Platform;
        InferencePlan ours = InferencePlan.Of(metadata, (what, _) => Assert.Fail(what))!;
        Assert.Equal("input_ids:INT32 attention_mask:INT32 length=0", ours.Signature);
        foreach ((InstanceView[] views, string[] names) in ((InstanceView[], string[])[])[(rows, ["input_ids", "attention_mask", "token_type_ids"]), ([rows[1]], ["input_ids", "attention_mask"])])
        {
            request = new ModelInferRequest();
            ours.Fill(request, views, length: 4, padding: 0);
            Assert.Equal(names, request.Inputs.Select(i => i.Name));
        }

        int[] Sent(string name) => MemoryMarshal.Cast<byte, int>(request.RawInputContents[request.Inputs.ToList().FindIndex(i => i.Name == name)].Span).ToArray();
    }
}
