using KdCluster.Learning.Models;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="BiLstm"/> as ONNX: its LSTM turns each row's own tokens round for the way back, as ours does.</summary>
internal static class BiLstmGraph
{
    // libtorch has the gates input, forget, cell, output; ONNX input, output, forget, cell.
    private static readonly int[] Gates = [0, 3, 1, 2];

    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        int hidden = model.Spec.Hidden;
        // int32; ONNX Runtime refuses a row of padding alone.
        string lengths = graph.Node("Cast", [graph.Node("Max", [graph.Node("ReduceSum", [inputs.Real, graph.Whole(1)], ("keepdims", 0)), graph.Real(1)])], ("to", 6));
        string states = OnnxText.Tokens(graph, weights, inputs);
        List<(string, string)> layers = [(OutputNames.Hidden(0), states)];
        for (int i = 0; i < model.Spec.Layers; i++)
        {
            long width = i == 0 ? model.Spec.Embedding : 2 * hidden;
            string ways = graph.Node(
                "LSTM",
                [
                    graph.Node("Transpose", [states], ("perm", new long[] { 1, 0, 2 })),
                    graph.Weight($"layer_{i}.input", Both(i, "weight_ih_l0"), 2, 4 * hidden, width),
                    graph.Weight($"layer_{i}.recurrent", Both(i, "weight_hh_l0"), 2, 4 * hidden, hidden),
                    graph.Weight($"layer_{i}.bias", Biases(i), 2, 8 * hidden),
                    lengths,
                ],
                ("direction", "bidirectional"), ("hidden_size", hidden));
            // [length, way, batch, hidden] to [batch, length, way × hidden]
            states = graph.Node("Reshape", [graph.Node("Transpose", [ways], ("perm", new long[] { 2, 0, 1, 3 })), graph.Whole(0, 0, 2 * hidden)]);
            layers.Add((OutputNames.Hidden(i + 1), states));
        }

        return new OnnxOutputs(OnnxText.Mean(graph, states, inputs), layers);

        float[] Both(int layer, string part) => [.. Ordered($"ahead_{layer}.{part}"), .. Ordered($"back_{layer}.{part}")];

        float[] Biases(int layer) =>
            [.. Ordered($"ahead_{layer}.bias_ih_l0"), .. Ordered($"ahead_{layer}.bias_hh_l0"), .. Ordered($"back_{layer}.bias_ih_l0"), .. Ordered($"back_{layer}.bias_hh_l0")];

        IEnumerable<float> Ordered(string name)
        {
            float[] values = weights.Values(name);
            int gate = values.Length / Gates.Length;
            return Gates.SelectMany(g => values.Skip(g * gate).Take(gate));
        }
    }
}
