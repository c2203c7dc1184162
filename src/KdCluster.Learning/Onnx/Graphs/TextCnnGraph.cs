using KdCluster.Learning.Models;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="TextCnn"/> as ONNX.</summary>
internal static class TextCnnGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        string tokens = OnnxText.Tokens(graph, weights, inputs), states = graph.Node("Transpose", [tokens], ("perm", new long[] { 0, 2, 1 })), real = graph.Node("Unsqueeze", [inputs.Real, graph.Whole(1)]);
        string[] answers = [.. model.Spec.Filters.Select(width => Answers(graph, weights, width, states, real))];
        return new OnnxOutputs(answers.Length == 1 ? answers[0] : graph.Node("Concat", answers, ("axis", 1)), [(OutputNames.Hidden(0), tokens)]);
    }

    // The largest answer of each filter at a token. Of an even width there is one place more than tokens: the last is left out.
    private static string Answers(OnnxGraph graph, OnnxWeights weights, int width, string states, string real)
    {
        long after = width % 2 == 0 ? (width / 2) - 1 : width / 2;
        string scores = graph.Node("Conv", [states, weights[$"convolution_{width}.weight"], weights[$"convolution_{width}.bias"]], ("kernel_shape", new long[] { width }), ("pads", new[] { width / 2, after }));
        return graph.Node("ReduceMax", [graph.Node("Mul", [graph.Node("Relu", [scores]), real])], ("axes", new long[] { 2 }), ("keepdims", 0));
    }
}
