namespace KdCluster.Learning.Onnx;

/// <summary>What the graphs of text models have in common.</summary>
internal static class OnnxText
{
    /// <summary>The tokens' embeddings, 0 at padding: [batch, length, width].</summary>
    public static string Tokens(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs) =>
        graph.Node("Mul", [graph.Node("Gather", [weights["embedding.weight"], inputs.Data]), graph.Node("Unsqueeze", [inputs.Real, graph.Whole(2)])]);

    /// <summary>The mean over a row's tokens, 0 for a row of padding: [batch, length, width] to [batch, width].</summary>
    public static string Mean(OnnxGraph graph, string states, OnnxInputs inputs)
    {
        string count = graph.Node("Max", [graph.Node("ReduceSum", [inputs.Real, graph.Whole(1)], ("keepdims", 1)), graph.Real(1)]);
        string shares = graph.Node("Unsqueeze", [graph.Node("Div", [inputs.Real, count]), graph.Whole(1)]);
        return graph.Node("Squeeze", [graph.Node("MatMul", [shares, states]), graph.Whole(1)]);
    }

    /// <summary>A linear layer over the last dimension.</summary>
    public static string Linear(OnnxGraph graph, OnnxWeights weights, string name, string states)
    {
        string turned = graph.Node("Transpose", [weights[$"{name}.weight"]], ("perm", new long[] { 1, 0 }));
        return graph.Node("Add", [graph.Node("MatMul", [states, turned]), weights[$"{name}.bias"]]);
    }

    /// <summary>Layer normalisation over the last dimension.</summary>
    public static string Norm(OnnxGraph graph, OnnxWeights weights, string name, string states, float epsilon = 1e-5f) =>
        graph.Node("LayerNormalization", [states, weights[$"{name}.weight"], weights[$"{name}.bias"]], ("axis", -1), ("epsilon", epsilon));

    /// <summary>x·Φ(x) = x/2·(1 + erf(x/√2)): arXiv 1606.08415.</summary>
    public static string Gelu(OnnxGraph graph, string states)
    {
        string erf = graph.Node("Erf", [graph.Node("Div", [states, graph.Real(MathF.Sqrt(2))])]);
        return graph.Node("Mul", [graph.Node("Mul", [states, graph.Real(0.5f)]), graph.Node("Add", [erf, graph.Real(1)])]);
    }
}
