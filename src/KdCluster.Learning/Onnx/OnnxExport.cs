using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Onnx.Graphs;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Onnx;

/// <summary>Writes models as ONNX files, for runtimes of any language. A new kind is one class in <c>Graphs/</c> and one line here.</summary>
/// <remarks>
/// Texts: inputs <c>input_ids</c> and <c>attention_mask</c>, and <c>token_type_ids</c> where a model has more than one type, int64 [batch, length]. Images: <c>pixels</c>, uint8 [batch, channels, height, width], which the graph normalises itself. Outputs by the names that they
/// have here: <c>logits</c> or <c>score</c>, <c>embedding</c>, of texts <c>hidden.N</c>, of images <c>map.N</c>; a runtime computes those that it is asked for.
/// </remarks>
public static class OnnxExport
{
    private static readonly SortedDictionary<string, Func<OnnxGraph, OnnxWeights, OnnxInputs, Model, OnnxOutputs>> Graphs = new(StringComparer.Ordinal)
    {
        ["bag-of-embeddings"] = BagOfEmbeddingsGraph.Write,
        [FamilySettings.Bert] = EncoderGraph.Write,
        ["bilstm"] = BiLstmGraph.Write,
        ["cnn"] = PlainCnnGraph.Write,
        [FamilySettings.DistilBert] = EncoderGraph.Write,
        ["mlp"] = MultiLayerPerceptronGraph.Write,
        ["resnet"] = ResNetGraph.Write,
        [FamilySettings.Roberta] = EncoderGraph.Write,
        ["text-cnn"] = TextCnnGraph.Write,
        ["transformer"] = TransformerGraph.Write,
    };

    // A protobuf message ends at 2 GiB.
    private const long MostBytes = 2_000_000_000;

    /// <summary>The name of the file in a folder.</summary>
    public const string FileName = "model.onnx";

    /// <summary>The kinds that can be written, sorted.</summary>
    public static IReadOnlyCollection<string> Kinds => Graphs.Keys;

    /// <summary>Writes a model.</summary>
    /// <param name="stream">Takes the bytes; the same checkpoint gives the same.</param>
    /// <param name="checkpoint">The model, with its labels.</param>
    /// <returns>The names of its outputs.</returns>
    /// <exception cref="KdException"><c>KD1240</c>: models of this kind, or as large, cannot be written.</exception>
    public static IReadOnlyList<string> Write(Stream stream, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(checkpoint);
        Require(checkpoint);
        Model model = checkpoint.Model;
        OnnxGraph graph = new(checkpoint.Info.Name);
        OnnxWeights weights = new(graph, model);
        OnnxOutputs outputs = Graphs[model.Spec.Kind](graph, weights, model.Shape.Image is { } image ? OnnxPixels.Inputs(graph, image) : Texts(graph, model.Shape), model);
        string answer = outputs.Answer ?? graph.Node("Gemm", [outputs.Embedding, weights["classifier.weight"], weights["classifier.bias"]], ("transB", 1));
        graph.Output(model.Answer, answer, "batch", model.Shape.Classes);
        graph.Output(OutputNames.Embedding, outputs.Embedding, "batch", model.EmbeddingWidth);
        foreach ((string name, string result) in outputs.Layers)
            graph.Output(name, result, ["batch", .. model.Outputs.First(o => o.Name == name).Shape.Dimensions.Select(s => s == OutputShape.Length ? "length" : (object)s)]);
        graph.Write(stream, [("name", checkpoint.Info.Name), ("labels", string.Join('\n', checkpoint.Labels.Names)), ("inputs", checkpoint.Encoder.Hash), ("method", checkpoint.Info.Method), ("recipe_hash", checkpoint.Info.RecipeHash ?? "")]);
        return [model.Answer, OutputNames.Embedding, .. outputs.Layers.Select(l => l.Name)];
    }

    /// <summary>Refuses what cannot be written: <c>KD1240</c>.</summary>
    internal static void Require(Checkpoint checkpoint)
    {
        if (!Graphs.ContainsKey(checkpoint.Model.Spec.Kind))
            throw new KdException("KD1240", $"a model of kind '{checkpoint.Model.Spec.Kind}' cannot be written as ONNX.", checkpoint.Info.Name, $"These can: {string.Join(", ", Kinds)}.");
        long bytes = sizeof(float) * checkpoint.Model.ParameterCount;
        if (bytes > MostBytes)
            throw new KdException("KD1240", $"its weights take {bytes / 1_000_000:N0} MB, and one file of ONNX holds at most 2,000.", checkpoint.Info.Name, "Serve it without ONNX.");
    }

    private static OnnxInputs Texts(OnnxGraph graph, ModelShape shape)
    {
        string ids = graph.Input("input_ids", OnnxElement.Int64, "batch", "length"), mask = graph.Input("attention_mask", OnnxElement.Int64, "batch", "length");
        return new OnnxInputs(ids, graph.Node("Cast", [mask], ("to", (long)OnnxElement.Float)))
        {
            Types = shape.Family is { Types: > 1 } ? graph.Input("token_type_ids", OnnxElement.Int64, "batch", "length") : "",
        };
    }
}
