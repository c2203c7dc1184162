using Grpc.Core;
using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using KdCluster.V1;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Services;

/// <summary>What this silo is, and its store.</summary>
internal sealed class ClusterRpc(KdClusterOptions options, DeviceWorkers devices, Stores stores, TimeProvider time, ILogger<ClusterRpc> log) : ClusterService.ClusterServiceBase
{
    private readonly long _since = time.GetTimestamp();

    public override Task<V1.Silo> Describe(DescribeSiloRequest request, ServerCallContext context) => Guard.CallAsync(log, context, () =>
    {
        V1.Silo silo = new()
        {
            Version = KdVersion.Text,
            Home = Path.GetFullPath(options.Home),
            Torch = TorchRuntime.Describe(),
            Orleans = KdVersion.Orleans,
            Store = Secrets.Hide(options.Store),
            Uptime = time.GetElapsedTime(_since).TotalSeconds,
            ProcessId = Environment.ProcessId,
            Trainers = options.Trainers,
        };
        silo.Devices.AddRange(devices.Devices);
        return Task.FromResult(silo);
    });

    public override Task<StoreStatsReply> StoreStats(StoreStatsRequest request, ServerCallContext context) => Guard.CallAsync(log, context, async () =>
    {
        StoreStats stats = await Admin().StatsAsync(context.CancellationToken);
        StoreStatsReply reply = new()
        {
            Id = stats.Id,
            Bytes = stats.Bytes,
            Hits = stats.Hits,
            Misses = stats.Misses,
            Damaged = stats.Damaged,
            Dropped = stats.Dropped,
            Available = stats.Available,
        };
        reply.Sets.AddRange(stats.Sets.Select(s => new V1.StoredSet { Set = s.Set.ToProto(), Rows = s.Rows, Bytes = s.Bytes }));
        return reply;
    });

    public override Task<StoreVerifyReply> StoreVerify(StoreVerifyRequest request, ServerCallContext context) => Guard.CallAsync(log, context, async () =>
    {
        StoreVerification found = await Admin().VerifyAsync(request.Repair, context.CancellationToken);
        return new StoreVerifyReply { Rows = found.Rows, Damaged = found.Damaged, Repaired = found.Repaired };
    });

    public override Task<StoreClearReply> StoreClear(StoreClearRequest request, ServerCallContext context) => Guard.CallAsync(log, context, async () =>
        new StoreClearReply { Rows = await Admin().ClearAsync(request.TeacherFingerprint.Length == 0 ? null : request.TeacherFingerprint, context.CancellationToken) });

    private ISoftTargetStoreAdmin Admin() => stores.Own as ISoftTargetStoreAdmin
        ?? throw new KdException("KD1405", "this silo keeps no soft targets (store `none`).", null, "Start it with `--store local` or `--store redis://…`.");
}
