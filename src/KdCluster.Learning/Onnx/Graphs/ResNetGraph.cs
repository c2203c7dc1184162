using KdCluster.Learning.Models;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="ResNet"/> as ONNX.</summary>
internal static class ResNetGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        string states = graph.Node("Relu", [OnnxPixels.Convolved(graph, weights, "conv1", "bn1", inputs.Data)]);
        List<(string, string)> layers = [];
        int each = (model.Spec.DepthOrDefault() - 2) / 6;
        for (int stage = 1; stage <= ResNet.Stages; stage++)
        {
            for (int block = 0; block < each; block++)
                states = Block(graph, weights, $"layer{stage}.{block}", states);
            layers.Add((OutputNames.Map(stage, 0), states));
        }

        return new OnnxOutputs(graph.Node("ReduceMean", [states], ("axes", new long[] { 2, 3 }), ("keepdims", 0)), layers);
    }

    private static string Block(OnnxGraph graph, OnnxWeights weights, string name, string input)
    {
        long[] filters = weights.Shape($"{name}.conv1.weight");
        long more = filters[0] - filters[1], stride = more > 0 ? 2 : 1;
        string states = graph.Node("Relu", [OnnxPixels.Convolved(graph, weights, $"{name}.conv1", $"{name}.bn1", input, stride)]);
        states = OnnxPixels.Convolved(graph, weights, $"{name}.conv2", $"{name}.bn2", states);
        return graph.Node("Relu", [graph.Node("Add", [states, more > 0 ? Shortcut(graph, input, more) : input])]);
    }

    // Every second pixel; the new channels are 0, half of them before and half behind.
    private static string Shortcut(OnnxGraph graph, string input, long more)
    {
        string every = graph.Node("Slice", [input, graph.Whole(0, 0), graph.Whole(int.MaxValue, int.MaxValue), graph.Whole(2, 3), graph.Whole(2, 2)]);
        return graph.Node("Pad", [every, graph.Whole(0, more / 2, 0, 0, 0, more - (more / 2), 0, 0)]);
    }
}
