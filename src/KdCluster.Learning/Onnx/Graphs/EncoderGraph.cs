using KdCluster.Learning.Models;
using KdCluster.Learning.Models.Families;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx.Graphs;

/// <summary><see cref="EncoderModel"/> as ONNX: BERT, RoBERTa and DistilBERT, each with its own head.</summary>
internal static class EncoderGraph
{
    public static OnnxOutputs Write(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, Model model)
    {
        (ModelShape shape, FamilySettings family, FamilyNames names) = (model.Shape, model.Shape.Family!, FamilyNames.Of(model.Spec.Kind));
        string bias = OnnxText.Bias(graph, inputs), states = Embedded(graph, weights, inputs, shape, names);
        List<(string, string)> layers = [(OutputNames.Hidden(0), states)];
        for (int i = 0; i < shape.Spec.Layers; i++)
        {
            states = Layer(graph, weights, $"{names.Prefix}.{names.Layers}.{i}", names, states, bias, shape);
            layers.Add((OutputNames.Hidden(i + 1), states));
        }

        string first = graph.Node("Gather", [states, graph.Number(0)], ("axis", 1)), hidden = OnnxText.Linear(graph, weights, names.HeadDense, first);
        hidden = graph.Node(shape.Spec.Kind == FamilySettings.DistilBert ? "Relu" : "Tanh", [hidden]);
        string embedding = family.Pooling switch
        {
            FamilySettings.Mean => OnnxText.Mean(graph, states, inputs),
            FamilySettings.Pooler => hidden,
            _ => first,
        };
        return new OnnxOutputs(embedding, layers) { Answer = OnnxText.Linear(graph, weights, names.HeadOut, hidden) };
    }

    private static string Embedded(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, ModelShape shape, FamilyNames names)
    {
        string at = $"{names.Prefix}.embeddings";
        string words = graph.Node("Gather", [weights[$"{at}.word_embeddings.weight"], inputs.Data]);
        string states = graph.Node("Add", [words, Positions(graph, weights, inputs, shape, $"{at}.position_embeddings.weight")]);
        if (shape.Family!.Types > 0)
        {
            // RoBERTa has a single type, and no input for it.
            string types = inputs.Types.Length > 0 ? inputs.Types : graph.Node("Mul", [inputs.Data, graph.Whole(0)]);
            states = graph.Node("Add", [states, graph.Node("Gather", [weights[$"{at}.token_type_embeddings.weight"], types])]);
        }

        return OnnxText.Norm(graph, weights, $"{at}.LayerNorm", states, (float)shape.Family.Epsilon);
    }

    // RoBERTa counts from the row after padding's, and leaves out what has padding's id, which gets padding's row.
    private static string Positions(OnnxGraph graph, OnnxWeights weights, OnnxInputs inputs, ModelShape shape, string name)
    {
        if (shape.Spec.Kind != FamilySettings.Roberta)
            return OnnxText.Positions(graph, weights[name], inputs);
        string padding = graph.Whole(shape.Padding);
        string counts = graph.Node("Cast", [graph.Node("Not", [graph.Node("Equal", [inputs.Data, padding])])], ("to", (long)OnnxElement.Int64));
        string numbers = graph.Node("Mul", [graph.Node("CumSum", [counts, graph.Number(1)]), counts]);
        return graph.Node("Gather", [weights[name], graph.Node("Add", [numbers, padding])]);
    }

    private static string Layer(OnnxGraph graph, OnnxWeights weights, string layer, FamilyNames names, string states, string bias, ModelShape shape)
    {
        (long heads, long width, float epsilon) = (shape.Spec.Heads, shape.Spec.Embedding, (float)shape.Family!.Epsilon);
        string query = OnnxText.Heads(graph, Linear(names.Query, states), heads, width), key = OnnxText.Heads(graph, Linear(names.Key, states), heads, width), value = OnnxText.Heads(graph, Linear(names.Value, states), heads, width);
        string attended = Linear(names.AttentionOut, OnnxText.Attend(graph, query, key, value, bias, heads, width));
        states = OnnxText.Norm(graph, weights, $"{layer}.{names.AttentionNorm}", graph.Node("Add", [attended, states]), epsilon);
        string hidden = Linear(names.FeedForwardIn, states);
        hidden = shape.Family.Activation switch
        {
            "gelu" => OnnxText.Gelu(graph, hidden),
            "gelu_new" => OnnxText.GeluByTanh(graph, hidden),
            _ => graph.Node("Relu", [hidden]),
        };
        return OnnxText.Norm(graph, weights, $"{layer}.{names.FeedForwardNorm}", graph.Node("Add", [Linear(names.FeedForwardOut, hidden), states]), epsilon);

        string Linear(string part, string input) => OnnxText.Linear(graph, weights, $"{layer}.{part}", input);
    }
}
