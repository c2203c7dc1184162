namespace KdCluster.Learning.Onnx;

/// <summary>What a graph gives before the classifier.</summary>
/// <param name="Embedding">The pooled hidden state: [batch, width].</param>
/// <param name="Layers">Outputs of layers, by their names.</param>
internal sealed record OnnxOutputs(string Embedding, IReadOnlyList<(string Name, string Result)> Layers);
