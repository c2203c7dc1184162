using System.Diagnostics.Metrics;

namespace KdCluster.Telemetry;

/// <summary>Makes instruments from entries of the catalogue.</summary>
public static class Instruments
{
    /// <summary>A counter of whole things.</summary>
    public static Counter<long> Counter(this Meter meter, MetricEntry entry) => meter.CreateCounter<long>(Is(entry, MetricKind.Counter).Name, entry.Unit, entry.Description);

    /// <summary>A counter of an amount, such as seconds.</summary>
    public static Counter<double> Amount(this Meter meter, MetricEntry entry) => meter.CreateCounter<double>(Is(entry, MetricKind.Counter).Name, entry.Unit, entry.Description);

    /// <summary>A histogram.</summary>
    public static Histogram<double> Histogram(this Meter meter, MetricEntry entry) => meter.CreateHistogram(
        Is(entry, MetricKind.Histogram).Name, entry.Unit, entry.Description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = entry.Buckets });

    /// <summary>A gauge that goes up and down by events.</summary>
    public static UpDownCounter<long> UpDown(this Meter meter, MetricEntry entry) => meter.CreateUpDownCounter<long>(Is(entry, MetricKind.Gauge).Name, entry.Unit, entry.Description);

    /// <summary>A gauge that is read when someone looks.</summary>
    /// <param name="meter">Whose.</param>
    /// <param name="entry">What.</param>
    /// <param name="read">The numbers now; quick, from memory.</param>
    public static void Gauge(this Meter meter, MetricEntry entry, Func<IEnumerable<Measurement<double>>> read) =>
        meter.CreateObservableGauge(Is(entry, MetricKind.Gauge).Name, read, entry.Unit, entry.Description);

    /// <summary>The same for one number without attributes.</summary>
    public static void Gauge(this Meter meter, MetricEntry entry, Func<double> read) =>
        meter.CreateObservableGauge(Is(entry, MetricKind.Gauge).Name, read, entry.Unit, entry.Description);

    private static MetricEntry Is(MetricEntry entry, MetricKind kind) =>
        entry.Kind == kind ? entry : throw new ArgumentException($"{entry.Name} is a {entry.Kind}, not a {kind}", nameof(entry));
}
