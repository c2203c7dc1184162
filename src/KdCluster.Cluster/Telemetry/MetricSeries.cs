namespace KdCluster.Cluster.Telemetry;

/// <summary>One line, or one histogram, of a family. Written by many threads without a lock.</summary>
internal abstract class MetricSeries
{
    public abstract void Record(long value);

    public abstract void Record(double value);
}

/// <summary>A sum of what was added.</summary>
internal sealed class SumSeries : MetricSeries
{
    private long _whole;
    private double _part;

    public double Value => Interlocked.Read(ref _whole) + Volatile.Read(ref _part);

    public override void Record(long value) => Interlocked.Add(ref _whole, value);

    public override void Record(double value) => Atomic.Add(ref _part, value);
}

/// <summary>The last number told.</summary>
internal sealed class LastSeries : MetricSeries
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public override void Record(long value) => Volatile.Write(ref _value, value);

    public override void Record(double value) => Volatile.Write(ref _value, value);
}

/// <summary>Counts per range.</summary>
/// <param name="bounds">Upper bounds, inclusive, ascending.</param>
internal sealed class HistogramSeries(double[] bounds) : MetricSeries
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public double[] Bounds => bounds;

    public double Sum => Volatile.Read(ref _sum);

    /// <summary>Counts up to each bound; the last one is of all measurements. Never less than at the last reading, whatever is recorded meanwhile.</summary>
    public long[] Cumulative()
    {
        long[] counts = new long[_counts.Length];
        long all = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = all += Interlocked.Read(ref _counts[i]);
        }

        return counts;
    }

    public override void Record(long value) => Record((double)value);

    public override void Record(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        int at = 0;
        while (at < bounds.Length && value > bounds[at])
        {
            at++;
        }

        Interlocked.Increment(ref _counts[at]);
        Atomic.Add(ref _sum, value);
    }
}

internal static class Atomic
{
    public static void Add(ref double target, double value)
    {
        double seen = Volatile.Read(ref target);
        while (true)
        {
            double before = Interlocked.CompareExchange(ref target, seen + value, seen);
            if (before.Equals(seen))
            {
                return;
            }

            seen = before;
        }
    }
}
