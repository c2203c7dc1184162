namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>Sizes of an image.</summary>
/// <param name="Channels">1 (grey) or 3 (red, green, blue).</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Columns of pixels.</param>
public readonly record struct ImageSize(int Channels, int Height, int Width)
{
    /// <summary>Bytes of one image.</summary>
    public long Bytes => (long)Channels * Height * Width;

    /// <summary><c>28×28 pixels, grey</c>.</summary>
    public override string ToString() => $"{Height}×{Width} pixels, {(Channels == 1 ? "grey" : "colour")}";
}
