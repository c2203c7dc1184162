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

    /// <summary>What is added to the scores of attention: 0 at tokens, far below any score at padding: [batch, 1, 1, length].</summary>
    public static string Bias(OnnxGraph graph, OnnxInputs inputs) =>
        graph.Node("Unsqueeze", [graph.Node("Mul", [graph.Node("Sub", [inputs.Real, graph.Real(1)]), graph.Real(1e9f)]), graph.Whole(1, 2)]);

    /// <summary>The first rows of a table of positions, as many as the batch is long: [length, width].</summary>
    public static string Positions(OnnxGraph graph, string table, OnnxInputs inputs) =>
        graph.Node("Slice", [table, graph.Whole(0), graph.Node("Shape", [inputs.Data], ("start", 1), ("end", 2)), graph.Whole(0)]);

    /// <summary>[batch, length, width] to [batch, heads, length, head width].</summary>
    public static string Heads(OnnxGraph graph, string states, long heads, long width) =>
        graph.Node("Transpose", [graph.Node("Reshape", [states, graph.Whole(0, 0, heads, width / heads)])], ("perm", new long[] { 0, 2, 1, 3 }));

    /// <summary>softmax(q·kᵀ/√d + bias)·v, the heads joined: arXiv 1706.03762, equation 1. [batch, heads, length, head width] each to [batch, length, width].</summary>
    public static string Attend(OnnxGraph graph, string query, string key, string value, string bias, long heads, long width)
    {
        string scaled = graph.Node("Mul", [query, graph.Real((float)(1 / Math.Sqrt(width / heads)))]);
        string scores = graph.Node("MatMul", [scaled, graph.Node("Transpose", [key], ("perm", new long[] { 0, 1, 3, 2 }))]);
        string mixed = graph.Node("MatMul", [graph.Node("Softmax", [graph.Node("Add", [scores, bias])], ("axis", -1)), value]);
        return graph.Node("Reshape", [graph.Node("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 })), graph.Whole(0, 0, width)]);
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

    /// <summary>Its approximation: <see cref="Models.Families.Gelu.ByTanh"/>.</summary>
    public static string GeluByTanh(OnnxGraph graph, string states)
    {
        string cubed = graph.Node("Mul", [graph.Node("Mul", [graph.Node("Mul", [states, states]), states]), graph.Real(0.044715f)]);
        string tanh = graph.Node("Tanh", [graph.Node("Mul", [graph.Node("Add", [cubed, states]), graph.Real((float)Math.Sqrt(2 / Math.PI))])]);
        return graph.Node("Mul", [graph.Node("Mul", [states, graph.Real(0.5f)]), graph.Node("Add", [tanh, graph.Real(1)])]);
    }
}
