using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>All series of one metric.</summary>
internal sealed class MetricFamily
{
    /// <summary>Sets of attributes kept per metric; measurements with further ones are summed in one series, <c>otel_metric_overflow</c>.</summary>
    public const int MaxSeries = 1000;

    private static readonly double[] s_default = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];
    private static readonly TagSet s_overflow = new([new("otel_metric_overflow", "true")]);

    private readonly ConcurrentDictionary<TagSet, MetricSeries> _series = new(TagSetComparer.Instance);
    private readonly ConcurrentDictionary<TagSet, MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _lookup;
    private readonly Func<MetricSeries> _new;

    private MetricFamily(Instrument instrument, MetricKind kind, bool observed, Func<MetricSeries> create)
    {
        (Kind, Observed, _new) = (kind, observed, create);
        Name = OpenMetricsName.Of(instrument.Name, instrument.Unit);
        Unit = OpenMetricsName.Unit(instrument.Unit);
        Description = instrument.Description ?? "";
        _lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    public string Unit { get; }

    public string Description { get; }

    /// <summary>Whether its numbers are asked for at each reading; what is no longer told then is gone.</summary>
    public bool Observed { get; }

    public IEnumerable<(TagSet Tags, MetricSeries Series)> Series =>
        _series.Select(s => (s.Key, s.Value)).OrderBy(s => string.Join('\u0001', s.Key.Tags.Select(t => t.Value)), StringComparer.Ordinal);

    /// <summary>The family for an instrument; null for a kind that this does not know.</summary>
    public static MetricFamily? Of(Instrument instrument)
    {
        Type type = instrument.GetType();
        return type.IsGenericType ? Of(instrument, type.GetGenericTypeDefinition()) : null;
    }

    public void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => For(tags).Record(value);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => For(tags).Record(value);

    public void Clear() => _series.Clear();

    private static MetricFamily? Of(Instrument instrument, Type type)
    {
        if (type == typeof(Histogram<>))
        {
            double[] bounds = Bounds(instrument);
            return new MetricFamily(instrument, MetricKind.Histogram, false, () => new HistogramSeries(bounds));
        }

        return type == typeof(Counter<>) ? new MetricFamily(instrument, MetricKind.Counter, false, () => new SumSeries())
            : type == typeof(UpDownCounter<>) ? new MetricFamily(instrument, MetricKind.Gauge, false, () => new SumSeries())
            : type == typeof(Gauge<>) ? new MetricFamily(instrument, MetricKind.Gauge, false, () => new LastSeries())
            : type == typeof(ObservableCounter<>) ? new MetricFamily(instrument, MetricKind.Counter, true, () => new LastSeries())
            : type == typeof(ObservableUpDownCounter<>) || type == typeof(ObservableGauge<>) ? new MetricFamily(instrument, MetricKind.Gauge, true, () => new LastSeries())
            : null;
    }

    private static double[] Bounds(Instrument instrument)
    {
        IEnumerable<double>? advised = instrument switch
        {
            Histogram<double> h => h.Advice?.HistogramBucketBoundaries,
            Histogram<float> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            _ => null,
        };
        return [.. advised ?? (instrument.Unit == "s" ? MetricBuckets.Seconds : s_default)];
    }

    private MetricSeries For(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_lookup.TryGetValue(tags, out MetricSeries? known))
        {
            return known;
        }

        TagSet key = _series.Count < MaxSeries ? TagSetComparer.Instance.Create(tags) : s_overflow;
        return _series.GetOrAdd(key, static (_, create) => create(), _new);
    }
}
