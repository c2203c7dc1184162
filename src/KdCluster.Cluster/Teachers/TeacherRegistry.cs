using System.Collections.Concurrent;
using KdCluster.Cluster.Devices;
using KdCluster.Grains;
using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Teachers;

/// <summary>The teachers on this silo's devices, by name. Grains put them here; services and trainers find them here.</summary>
internal sealed class TeacherRegistry(DeviceWorkers workers, ISoftTargetStore store, KdClusterOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TeacherHost> _hosts = new(StringComparer.Ordinal);

    public IReadOnlyList<TeacherHost> All => [.. _hosts.Values.OrderBy(h => h.Description.Name, StringComparer.Ordinal)];

    /// <summary>What the models take of the device's memory, in bytes.</summary>
    public long Bytes => _hosts.Values.Sum(h => h.Bytes);

    public TeacherHost? Find(string name) => _hosts.GetValueOrDefault(name);

    /// <summary>Loads a teacher and puts it in place of the one before, which serves until then.</summary>
    /// <exception cref="KdException"><c>KD12xx</c>: the checkpoint cannot be used; the one before stays.</exception>
    public async Task<TeacherHost> LoadAsync(string name, TeacherDeployment deployment, CancellationToken cancellationToken)
    {
        TeacherHost host = await TeacherHost.LoadAsync(name, deployment, workers, store, options, time, cancellationToken);
        TeacherHost? before = null;
        _hosts.AddOrUpdate(name, host, (_, old) =>
        {
            before = old;
            return host;
        });
        if (before is not null)
        {
            await before.DisposeAsync();
        }

        return host;
    }

    /// <summary>Takes a teacher off its device.</summary>
    public async Task<bool> RemoveAsync(string name)
    {
        if (!_hosts.TryRemove(name, out TeacherHost? host))
        {
            return false;
        }

        await host.DisposeAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in _hosts.Keys)
        {
            await RemoveAsync(name);
        }
    }
}
