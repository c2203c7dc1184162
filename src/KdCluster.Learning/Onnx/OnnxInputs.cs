namespace KdCluster.Learning.Onnx;

/// <summary>The inputs of a graph, by name.</summary>
/// <param name="Data">Of texts the ids, int64 [batch, length]; of images the normalised pixels, float32 [batch, channels, height, width].</param>
/// <param name="Real">Of texts 1 where a token is, 0 where padding is, float32 [batch, length]; of images empty.</param>
internal sealed record OnnxInputs(string Data, string Real)
{
    /// <summary>Token types, int64 [batch, length], where a model tells the texts of a pair apart by them; else empty.</summary>
    public string Types { get; init; } = "";
}
