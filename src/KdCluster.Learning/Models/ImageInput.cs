using KdCluster.Instances;

namespace KdCluster.Learning.Models;

/// <summary>The images that a model takes, and how it normalises them: (pixel/255 − mean)/deviation, channel by channel.</summary>
/// <param name="Channels">1 (grey) or 3 (red, green, blue).</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Columns of pixels.</param>
/// <param name="Mean">Of pixel/255, for each channel.</param>
/// <param name="Deviation">Of pixel/255, for each channel; above 0.</param>
public sealed record ImageInput(int Channels, int Height, int Width, IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation)
{
    /// <summary>One instance: <c>pixels</c> uint8 [channels, height, width].</summary>
    public TensorLayout Layout => new("pixels", TensorType.UInt8, [Channels, Height, Width]);

    /// <inheritdoc/>
    public bool Equals(ImageInput? other) => other is not null && Layout.Equals(other.Layout) && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation);

    /// <summary><c>3×32×32, mean 0.5, 0.5, 0.5, std 0.2, 0.2, 0.2</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Channels}×{Height}×{Width}, mean {string.Join(", ", Mean.Select(m => FormattableString.Invariant($"{m}")))}, std {string.Join(", ", Deviation.Select(d => FormattableString.Invariant($"{d}")))}");

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Channels, Height, Width);
}
