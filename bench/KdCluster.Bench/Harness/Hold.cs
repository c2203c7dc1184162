using System.Globalization;

namespace KdCluster.Bench;

/// <summary>A number to hold.</summary>
/// <param name="Bound">The number.</param>
/// <param name="IsLargest">Whether values up to it hold it; else values from it on.</param>
internal sealed record Hold(double Bound, bool IsLargest)
{
    public static Hold AtMost(double bound) => new(bound, true);

    public static Hold AtLeast(double bound) => new(bound, false);

    /// <summary>Judges an interval: by its median, with a tilde when the bound lies inside the interval, so that another run may say otherwise.</summary>
    public string Judge(Interval value) => (IsHeldBy(value.Median) ? "ok" : "miss") + (IsHeldBy(value.Low) == IsHeldBy(value.High) ? "" : "~");

    /// <summary>Whether the whole interval misses it.</summary>
    public bool IsClearlyMissedBy(Interval value) => !IsHeldBy(value.Low) && !IsHeldBy(value.High);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsLargest ? "<=" : ">=")} {Bound:0.###}");

    private bool IsHeldBy(double value) => IsLargest ? value <= Bound : value >= Bound;
}
