using KdCluster.Learning.Models;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="TransformerEncoder"/> as ONNX.</summary>
internal static class TransformerGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        // 0 at tokens, far below any score at padding: [batch, 1, 1, length]
        string bias = graph.Node("Unsqueeze", [graph.Node("Mul", [graph.Node("Sub", [inputs.Real, graph.Real(1)]), graph.Real(1e9f)]), graph.Whole(1, 2)]);
        string length = graph.Node("Shape", [inputs.Data], ("start", 1), ("end", 2));
        string positions = graph.Node("Slice", [weights["positions"], graph.Whole(0), length, graph.Whole(0)]);
        string states = graph.Node("Add", [OnnxText.Tokens(graph, weights, inputs), positions]);
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
        string query = Part(0), key = Part(1), value = Part(2);
        string scores = graph.Node("MatMul", [graph.Node("Mul", [query, graph.Real((float)(1 / Math.Sqrt(width / heads)))]), graph.Node("Transpose", [key], ("perm", new long[] { 0, 1, 3, 2 }))]);
        string shares = graph.Node("Softmax", [graph.Node("Add", [scores, bias])], ("axis", -1));
        string mixed = graph.Node("Reshape", [graph.Node("Transpose", [graph.Node("MatMul", [shares, value])], ("perm", new long[] { 0, 2, 1, 3 })), graph.Whole(0, 0, width)]);
        states = graph.Node("Add", [states, OnnxText.Linear(graph, weights, $"{name}.attention_out", mixed)]);
        string hidden = OnnxText.Gelu(graph, OnnxText.Linear(graph, weights, $"{name}.feed_forward_in", OnnxText.Norm(graph, weights, $"{name}.feed_forward_norm", states)));
        return graph.Node("Add", [states, OnnxText.Linear(graph, weights, $"{name}.feed_forward_out", hidden)]);

        string Part(long place) => graph.Node("Squeeze", [graph.Node("Slice", [parts, graph.Whole(place), graph.Whole(place + 1), graph.Whole(0)]), graph.Whole(0)]);
    }
}
