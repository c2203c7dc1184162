using KdCluster.Learning.Models;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="PlainCnn"/> as ONNX.</summary>
internal static class PlainCnnGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        string states = inputs.Data;
        List<(string, string)> layers = [];
        foreach ((bool pools, int i) in PlainCnn.PoolsOf(model.Shape).Select((p, i) => (p, i + 1)))
        {
            states = graph.Node("Relu", [OnnxPixels.Convolved(graph, weights, $"conv{i}", $"bn{i}", states)]);
            if (!pools)
                continue;
            states = graph.Node("MaxPool", [states], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
            layers.Add((OutputNames.Map(layers.Count + 1, 0), states));
        }

        return new OnnxOutputs(graph.Node("Flatten", [states], ("axis", 1)), layers);
    }
}
