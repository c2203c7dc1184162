using KdCluster.Cluster.Devices;
using KdCluster.Grains;
using KdCluster.SoftTargets;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers;

/// <summary>
/// The teachers on this silo's devices, by name. Grains put them here; services and trainers find them here. A name may have several versions: the newest is
/// what the name stands for, the old ones stay for as long as someone who began with them holds them or asks.
/// </summary>
internal sealed class TeacherRegistry : IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, List<TeacherHost>> _teachers = new(StringComparer.Ordinal);
    private readonly DeviceWorkers _workers;
    private readonly ISoftTargetStore _store;
    private readonly KdClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _sweep;

    public TeacherRegistry(DeviceWorkers workers, ISoftTargetStore store, KdClusterOptions options, TimeProvider time, ILogger<TeacherRegistry> log)
    {
        (_workers, _store, _options, _time, _log) = (workers, store, options, time, log);
        _sweep = time.CreateTimer(_ => Retire(), null, s_every, s_every);
    }

    /// <summary>The newest version of each.</summary>
    public IReadOnlyList<TeacherHost> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _teachers.Values.Select(v => v[^1])];
            }
        }
    }

    /// <summary>Of the newest version of each: name, bytes and device.</summary>
    public IEnumerable<(string Name, long Bytes, string Device)> Sizes => All.Select(h => (h.Description.Name, h.Bytes, h.Deployment.Device));

    /// <summary>What the models take of the device's memory, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _teachers.Values.Sum(v => v.Sum(h => h.Bytes));
            }
        }
    }

    /// <summary>The newest version.</summary>
    public TeacherHost? Find(string name) => Find(name, TeacherVersionKey.Newest);

    /// <summary>A version.</summary>
    public TeacherHost? Find(string name, TeacherVersionKey version)
    {
        lock (_gate)
        {
            return _teachers.GetValueOrDefault(name)?.FindLast(h => h.Is(version));
        }
    }

    /// <summary>Loads a teacher. As the newest it takes the name, and the one before serves on for those who began with it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="deployment">What to load.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="newest">Whether the name stands for it from now on; else it is a former version that is still asked for.</param>
    /// <exception cref="KdException"><c>KD12xx</c>: the checkpoint cannot be used; all stays as it was.</exception>
    public async Task<TeacherHost> LoadAsync(string name, TeacherDeployment deployment, CancellationToken cancellationToken, bool newest = true)
    {
        TeacherHost host = await TeacherHost.LoadAsync(name, deployment, _workers, _store, _options, _time, cancellationToken);
        List<TeacherHost> replaced;
        lock (_gate)
        {
            if (!_teachers.TryGetValue(name, out List<TeacherHost>? versions))
            {
                _teachers[name] = versions = [];
            }

            replaced = versions.FindAll(h => h.Description.Outputs.SequenceEqual(host.Description.Outputs));
            versions.RemoveAll(replaced.Contains);
            versions.Insert(newest ? versions.Count : 0, host);
        }

        foreach (TeacherHost before in replaced)
        {
            await before.DisposeAsync();
        }

        return host;
    }

    /// <summary>Takes a teacher off its device, all versions of it.</summary>
    public async Task<bool> RemoveAsync(string name)
    {
        List<TeacherHost>? versions;
        lock (_gate)
        {
            _teachers.Remove(name, out versions);
        }

        foreach (TeacherHost host in versions ?? [])
        {
            await host.DisposeAsync();
        }

        return versions is not null;
    }

    /// <summary>Lets go of old versions that nobody uses.</summary>
    public void Retire()
    {
        List<TeacherHost> unused = [];
        lock (_gate)
        {
            foreach (List<TeacherHost> versions in _teachers.Values)
            {
                unused.AddRange(versions.SkipLast(1).Where(h => h.UnusedFor > s_idle));
                versions.RemoveAll(unused.Contains);
            }
        }

        unused.ForEach(h => h.DisposeAsync().AsTask().LogFaults(_log, $"letting go of a former version of {h.Description.Name}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        string[] names;
        lock (_gate)
        {
            names = [.. _teachers.Keys];
        }

        foreach (string name in names)
        {
            await RemoveAsync(name);
        }
    }
}
