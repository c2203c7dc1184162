using KdCluster.Cluster.Inference;
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
}
