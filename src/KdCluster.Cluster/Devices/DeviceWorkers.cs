using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Devices;

/// <summary>The silo's workers, one per device, made when first asked for.</summary>
internal sealed class DeviceWorkers(KdClusterOptions options, ILogger<DeviceWorkers> log) : IAsyncDisposable
{
    private readonly Dictionary<string, DeviceWorker> _workers = [];
    private readonly Lock _gate = new();

    public IReadOnlyList<string> Devices
    {
        get
        {
            lock (_gate)
            {
                return [.. _workers.Keys.Append(options.Device).Distinct().Order(StringComparer.Ordinal)];
            }
        }
    }

    public DeviceWorker For(string device)
    {
        lock (_gate)
        {
            if (!_workers.TryGetValue(device, out DeviceWorker? worker))
            {
                int lanes = options.Lanes ?? (device == "cpu" ? Environment.ProcessorCount : 1);
                _workers[device] = worker = new DeviceWorker(device, lanes, e => log.WorkFaulted(device, e));
            }

            return worker;
        }
    }

    public async ValueTask DisposeAsync()
    {
        DeviceWorker[] workers;
        lock (_gate)
        {
            workers = [.. _workers.Values];
            _workers.Clear();
        }

        foreach (DeviceWorker worker in workers)
        {
            await worker.DisposeAsync();
        }
    }
}
