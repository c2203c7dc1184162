using KdCluster.Learning.Models;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="BagOfEmbeddings"/> as ONNX.</summary>
internal static class BagOfEmbeddingsGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        string states = OnnxText.Tokens(graph, weights, inputs);
        string hidden = graph.Node("Relu", [OnnxText.Linear(graph, weights, "hidden", OnnxText.Mean(graph, states, inputs))]);
        return new OnnxOutputs(hidden, [(OutputNames.Hidden(0), states)]);
    }
}
