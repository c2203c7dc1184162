using KdCluster.Learning.Models;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="TransformerEncoder"/> as ONNX.</summary>
internal static class TransformerGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        string bias = OnnxText.Bias(graph, inputs);
        string states = graph.Node("Add", [OnnxText.Tokens(graph, weights, inputs), OnnxText.Positions(graph, weights["positions"], inputs)]);
        List<(string, string)> layers = [];
        for (int i = 0; i < model.Spec.Layers; i++)
        {
            layers.Add((OutputNames.Hidden(i), states));
            states = Block(graph, weights, $"block_{i}", states, bias, model.Spec.Heads, model.Spec.Embedding);
        }

        states = OnnxText.Norm(graph, weights, "norm", states);
        layers.Add((OutputNames.Hidden(model.Spec.Layers), states));
        return new OnnxOutputs(OnnxText.Mean(graph, states, inputs), layers);
    }

    private static string Block(OnnxGraph graph, OnnxWeights weights, string name, string states, string bias, long heads, long width)
    {
        string all = OnnxText.Linear(graph, weights, $"{name}.query_key_value", OnnxText.Norm(graph, weights, $"{name}.attention_norm", states));
        // [batch, length, part × head × head width] to [part, batch, head, length, head width]
        string parts = graph.Node("Transpose", [graph.Node("Reshape", [all, graph.Whole(0, 0, 3, heads, width / heads)])], ("perm", new long[] { 2, 0, 3, 1, 4 }));
        string mixed = OnnxText.Attend(graph, Part(0), Part(1), Part(2), bias, heads, width);
        states = graph.Node("Add", [states, OnnxText.Linear(graph, weights, $"{name}.attention_out", mixed)]);
        string hidden = OnnxText.Gelu(graph, OnnxText.Linear(graph, weights, $"{name}.feed_forward_in", OnnxText.Norm(graph, weights, $"{name}.feed_forward_norm", states)));
        return graph.Node("Add", [states, OnnxText.Linear(graph, weights, $"{name}.feed_forward_out", hidden)]);

        string Part(long place) => graph.Node("Squeeze", [graph.Node("Slice", [parts, graph.Whole(place), graph.Whole(place + 1), graph.Whole(0)]), graph.Whole(0)]);
    }
}
