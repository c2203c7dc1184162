using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using KdCluster.Telemetry;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Telemetry;

/// <summary>Hears the meters of this process and adds up what they say.</summary>
internal sealed class MetricsListener : IDisposable
{
    // HTTP is not heard: kdcluster.rpc.* say the same by method and code.
    private static readonly string[] s_meters = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    // Of Orleans' some sixty the one that shows grains that are not let go; the others are counted with every message, asked for or not.
    private const string Activations = "orleans-catalog-activations";

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _reading = new();
    private readonly Func<Instrument, bool> _hears;
    private readonly ILogger _log;

    public MetricsListener(ILogger<MetricsListener> log)
        : this(log, i => i.Meter.Name.StartsWith(KdTelemetry.Prefix, StringComparison.Ordinal) || s_meters.Contains(i.Meter.Name) || i is { Name: Activations, Meter.Name: "Microsoft.Orleans" })
    {
    }

    internal MetricsListener(ILogger log, Func<Instrument, bool> hears)
    {
        (_log, _hears) = (log, hears);
        _listener.InstrumentPublished = Published;
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => ((MetricFamily)family!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, family) => ((MetricFamily)family!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, family) => ((MetricFamily)family!).Record((double)value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, family) => ((MetricFamily)family!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>Everything heard, as OpenMetrics text.</summary>
    public string Read()
    {
        lock (_reading)
        {
            foreach (MetricFamily family in _families.Values.Where(f => f.Observed))
            {
                family.Clear();
            }

            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                // One gauge that cannot be read must not hide the others.
                _log.GaugesFailed(e);
            }

            return OpenMetricsWriter.Write(_families.Values.OrderBy(f => f.Name, StringComparer.Ordinal));
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Published(Instrument instrument, MeterListener listener)
    {
        if (!_hears(instrument) || MetricFamily.Of(instrument) is not { } made)
        {
            return;
        }

        // Several meters of one name, such as those of two silos in one process, share their families.
        MetricFamily family = _families.GetOrAdd(made.Name, made);
        if (family.Kind == made.Kind)
        {
            listener.EnableMeasurementEvents(instrument, family);
        }
        else
        {
            _log.MetricIgnored(instrument.Name, instrument.Meter.Name);
        }
    }
}
