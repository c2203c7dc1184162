using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Teachers;
using KdCluster.Grains;
using KdCluster.Silos;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Silos;

/// <summary>Tells the board every second how this silo stands, and knows how the others do.</summary>
internal sealed class SiloStatusBoard(
    KdClusterOptions options, SelfEndpoint self, SiloDrain drain, DeviceWorkers devices, TeacherRegistry teachers, TrainerPool trainers, ISiloStatusOracle membership,
    SiloReadiness readiness, Stores stores, IGrainFactory grains, TimeProvider time, ILogger<SiloStatusBoard> log) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    private volatile SiloState[] _silos = [];

    /// <summary>The silos that are alive, as they stood about a second ago; this one as it stands now.</summary>
    public IReadOnlyList<SiloState> Silos
    {
        get
        {
            HashSet<string> alive = [.. membership.GetActiveSilos().Select(s => s.ToParsableString())];
            SiloState own = Own();
            return [own, .. _silos.Where(s => s.Address != own.Address && alive.Contains(s.Address))];
        }
    }

    /// <summary>Whether a silo of a role has a device of this kind; every silo has a processor.</summary>
    public bool HasDevice(string device, string role) => device == "cpu" || Silos.Any(s => s.Roles.Contains(role) && SiloRoom.Offers(s, DeviceKind.Of(device)));

    /// <summary>What a silo last told; null before its first word.</summary>
    public SiloState? Find(SiloAddress address)
    {
        string key = address.ToParsableString();
        return address.Equals(membership.SiloAddress) ? Own() : Array.Find(_silos, s => s.Address == key);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Wakeup news = new(time);
        drain.Began += news.Raise;
        trainers.Changed += news.Raise;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await ReportAsync(stoppingToken);
                await news.WaitAsync(s_every, stoppingToken);
            }
        }
        finally
        {
            drain.Began -= news.Raise;
            trainers.Changed -= news.Raise;
        }
    }

    private async Task ReportAsync(CancellationToken stopping)
    {
        try
        {
            _silos = await grains.GetGrain<IBoardGrain>(IBoardGrain.Key).ReportAsync(Own());
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            log.BoardUnreachable(e.Message);
        }
    }

    private SiloState Own() => new()
    {
        Address = membership.SiloAddress.ToParsableString(),
        Endpoint = self.Address,
        Roles = SiloRoleNames.Of(options.Roles),
        Devices = [.. devices.Devices],
        Memory = DeviceMemory.Of(options),
        MemoryUsed = teachers.Bytes,
        Draining = drain.Draining,
        Version = KdVersion.Text,
        Teachers = [.. teachers.All.Select(t => t.Description.Name)],
        Students = trainers.Taken,
        Trainers = options.Trainers,
        Degraded = readiness.Degraded(),
        Store = stores.SharedCounts,
        Threads = options.TorchThreads,
        Loads = [.. teachers.All.Select(t => new TeacherLoad(t.Description.Name, t.Deployment.Device, t.QueuedRows, t.RowsPerSecond, t.RowsComputed))],
    };
}
