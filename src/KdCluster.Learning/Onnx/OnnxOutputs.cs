namespace KdCluster.Learning.Onnx;

/// <summary>What a graph gives.</summary>
/// <param name="Embedding">The pooled hidden state: [batch, width].</param>
/// <param name="Layers">Outputs of layers, by their names.</param>
internal sealed record OnnxOutputs(string Embedding, IReadOnlyList<(string Name, string Result)> Layers)
{
    /// <summary>Logits or score, where the kind has a head of its own; null: the linear classifier over the embedding.</summary>
    public string? Answer { get; init; }
}
