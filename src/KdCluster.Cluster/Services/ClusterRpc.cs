using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Telemetry;
using KdCluster.Grains;
using KdCluster.Learning.Torch;
using KdCluster.Silos;
using KdCluster.SoftTargets;
using KdCluster.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Services;

/// <summary>What this silo is, and its store.</summary>
internal sealed class ClusterRpc(
    KdClusterOptions options, SiloStatusBoard board, SiloDrain drain, DeviceWorkers devices, TeacherRegistry teachers, Stores stores, IGrainFactory grains, GrainRetry retry, SiloAge age, IHostApplicationLifetime lifetime, ILogger<ClusterRpc> log)
    : ClusterService.ClusterServiceBase
{
    [Authorize(nameof(Role.Observer))]
    public override Task<V1.Silo> Describe(DescribeSiloRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, () =>
    {
        V1.Silo silo = new()
        {
            Version = KdVersion.Text,
            Home = Path.GetFullPath(options.Home),
            Torch = TorchRuntime.Describe(),
            Orleans = KdVersion.Orleans,
            Store = Secrets.Hide(options.EffectiveStore),
            Uptime = age.Now.TotalSeconds,
            ProcessId = Environment.ProcessId,
            Trainers = options.Trainers,
        };
        silo.Devices.AddRange(devices.Devices);
        return Task.FromResult(silo);
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<SilosReply> Silos(SilosRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, () =>
    {
        SilosReply reply = new();
        reply.Silos.AddRange(board.Silos.Select(ToProto).OrderBy(s => s.Address, StringComparer.Ordinal));
        return Task.FromResult(reply);
    });

    [Authorize(nameof(Role.Operator))]
    public override Task<ClusterSilo> Drain(DrainRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, () =>
    {
        if (!request.Look)
        {
            drain.Begin();
        }

        ClusterSilo silo = ToProto(board.Silos[0]);
        silo.Stranded.AddRange(StrandedTeachers.Of(board.Silos[0], teachers.Sizes, board.Silos));
        return Task.FromResult(silo);
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<OverviewReply> Overview(OverviewRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        IReadOnlyList<SiloState> silos = board.Silos;
        OverviewReply reply = new();
        reply.Silos.AddRange(silos.Select(ToProto).OrderBy(s => s.Address, StringComparer.Ordinal));
        foreach (string name in await retry.CallAsync(() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).ListAsync(), context.CancellationToken))
        {
            await PassOverAsync($"teacher {name}", async () =>
            {
                TeacherScale scale = await retry.CallAsync(() => grains.GetGrain<ITeacherGrain>(name).PlacesAsync(), context.CancellationToken);
                reply.Teachers.Add(ClusterMessages.Overview(name, scale, silos));
            });
        }

        foreach (string id in await retry.CallAsync(() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.ActiveRuns).ListAsync(), context.CancellationToken))
        {
            await PassOverAsync($"run {id}", async () =>
            {
                if (await retry.CallAsync(() => grains.GetGrain<IRunGrain>(id).GetAsync(), context.CancellationToken) is { } run)
                {
                    reply.Runs.Add(run.ToProto());
                }
            });
        }

        reply.Store = stores.Own is ISoftTargetStoreAdmin ? await StatsAsync(context.CancellationToken) : null;
        return reply;
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<StoreStatsReply> StoreStats(StoreStatsRequest request, ServerCallContext context) =>
        ErrorMapping.CallAsync(log, context, () => StatsAsync(context.CancellationToken));

    private async Task<StoreStatsReply> StatsAsync(CancellationToken cancellationToken)
    {
        StoreStats stats = await Admin().StatsAsync(cancellationToken);
        // Teachers' silos write and trainers' silos read: what one silo counts of a store that all use says little.
        StoreCounts[] others = [.. board.Silos.Skip(1).Select(s => s.Store).OfType<StoreCounts>().Where(c => c.Id == stats.Id)];
        StoreStatsReply reply = new()
        {
            Id = stats.Id,
            Bytes = stats.Bytes,
            Hits = stats.Hits + others.Sum(c => c.Hits),
            Misses = stats.Misses + others.Sum(c => c.Misses),
            Damaged = stats.Damaged + others.Sum(c => c.Damaged),
            Dropped = stats.Dropped + others.Sum(c => c.Dropped),
            Available = stats.Available,
            Trouble = stats.Trouble?.ToProto(),
        };
        reply.Sets.AddRange(stats.Sets.Select(s => new V1.StoredSet { Set = s.Set.ToProto(), Rows = s.Rows, Bytes = s.Bytes }));
        return reply;
    }

    [Authorize(nameof(Role.Operator))]
    public override Task<StoreVerifyReply> StoreVerify(StoreVerifyRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        StoreVerification found = await Admin().VerifyAsync(request.Repair, context.CancellationToken);
        return new StoreVerifyReply { Rows = found.Rows, Damaged = found.Damaged, Repaired = found.Repaired };
    });

    [Authorize(nameof(Role.Operator))]
    public override Task StoreVerifyWatch(StoreVerifyRequest request, IServerStreamWriter<StoreVerifyProgress> responseStream, ServerCallContext context) =>
        ErrorMapping.StreamAsync(log, context, lifetime.ApplicationStopping, end => VerifyStream.WriteAsync(Admin(), request.Repair, responseStream, end));

    [Authorize(nameof(Role.Operator))]
    public override Task<StoreClearReply> StoreClear(StoreClearRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
        new StoreClearReply { Rows = await Admin().ClearAsync(request.TeacherFingerprint.Length == 0 ? null : request.TeacherFingerprint, context.CancellationToken) });

    private static ClusterSilo ToProto(SiloState state)
    {
        ClusterSilo silo = new()
        {
            Address = state.Endpoint,
            Memory = state.Memory,
            MemoryUsed = state.MemoryUsed,
            Draining = state.Draining,
            Version = state.Version,
            Students = state.Students,
            Trainers = state.Roles.Contains(SiloRoleNames.Trainer) ? state.Trainers : 0,
        };
        silo.Roles.AddRange(state.Roles);
        silo.Devices.AddRange(state.Devices);
        silo.Teachers.AddRange(state.Teachers);
        silo.Degraded.AddRange(state.Degraded);
        return silo;
    }

    private async Task PassOverAsync(string what, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (KdException e) when (e.Code == "KD1603")
        {
            log.StateUnreadable(what, e.Message);
        }
    }

    private ISoftTargetStoreAdmin Admin() => stores.Own as ISoftTargetStoreAdmin
        ?? throw new KdException("KD1405", "this silo keeps no soft targets (store `none`).", null, "Start it with `--store local` or `--store redis://…`.");
}
