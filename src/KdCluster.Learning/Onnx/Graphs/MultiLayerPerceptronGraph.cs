using KdCluster.Learning.Models;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="MultiLayerPerceptron"/> as ONNX.</summary>
internal static class MultiLayerPerceptronGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        string states = graph.Node("Flatten", [inputs.Data], ("axis", 1));
        for (int i = 0; i < model.Spec.Layers; i++)
            states = graph.Node("Relu", [graph.Node("Gemm", [states, weights[$"layer_{i}.weight"], weights[$"layer_{i}.bias"]], ("transB", 1))]);
        return new OnnxOutputs(states, []);
    }
}
