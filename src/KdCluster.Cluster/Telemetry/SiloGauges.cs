using System.Diagnostics.Metrics;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Torch;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>What is read when someone looks. Each silo of a process has a meter of its own, which ends with it.</summary>
internal sealed class SiloGauges : IDisposable
{
    private readonly Meter _meter = new(KdTelemetry.Cluster, KdTelemetry.Version);

    public SiloGauges(TeacherRegistry teachers, TrainerPool trainers, RunContexts runs, RunDirector director, SiloReadiness readiness, SiloAge age)
    {
        KeyValuePair<string, object?>[] info =
        [
            new("version", KdVersion.Text), new("orleans", KdVersion.Orleans), new("torch", TorchRuntime.Version),
        ];
        _meter.Gauge(MetricCatalog.TeacherLoaded, () => teachers.All.Select(t => new Measurement<double>(1, new("teacher", t.Description.Name), new("device", t.Deployment.Device))));
        _meter.Gauge(MetricCatalog.TeacherQueueRows, () => teachers.All.Select(t => new Measurement<double>(t.Waiting, new KeyValuePair<string, object?>("teacher", t.Description.Name))));
        _meter.Gauge(MetricCatalog.StudentActive, () => trainers.Active);
        _meter.Gauge(MetricCatalog.StudentWaiting, () => director.Waiting);
        _meter.Gauge(MetricCatalog.RunActive, () => runs.Count);
        _meter.Gauge(MetricCatalog.SiloReady, () => readiness.Ready ? 1 : 0);
        _meter.Gauge(MetricCatalog.SiloDegraded, () => readiness.Parts().Select(p => new Measurement<double>(p.Trouble is null ? 0 : 1, new KeyValuePair<string, object?>("part", p.Part))));
        _meter.Gauge(MetricCatalog.SiloUptime, () => age.Now.TotalSeconds);
        _meter.Gauge(MetricCatalog.SiloInfo, () => [new Measurement<double>(1, info)]);
    }

    public void Dispose() => _meter.Dispose();
}
