using KdCluster.Cli.Cache;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.SoftTargets;
using KdCluster.V1;

namespace KdCluster.Cli.Doctor;

/// <summary>The silo of the home, and the store that it has or would have.</summary>
internal static class StoreChecks
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Whether a silo runs, and whether the store is reachable.</summary>
    public static async Task<IReadOnlyList<Check>> SiloAndStoreAsync(Invocation invocation, KdHome home, CancellationToken stop)
    {
        string? address = await SiloFinder.FindAsync(invocation, home, stop).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(AnswerTimeout);
        if (address is null)
            return [Check.Ok("silo", "none runs; each command starts one and stops it at its end"), await OpenAsync(invocation, home, patience.Token).ConfigureAwait(false)];

        await using var client = ClientAccess.Connect(invocation, address);
        V1.Silo silo = await client.CallAsync(async () => await client.Cluster.DescribeAsync(new DescribeSiloRequest(), cancellationToken: patience.Token).ConfigureAwait(false)).ConfigureAwait(false);
        StoreStatsReply stats = await client.CallAsync(async () => await client.Cluster.StoreStatsAsync(new StoreStatsRequest(), cancellationToken: patience.Token).ConfigureAwait(false)).ConfigureAwait(false);
        return
        [
            Check.Ok("silo", $"{address}, process {silo.ProcessId}, up {Human.Duration(silo.Uptime)}, {silo.Trainers} trainer(s), {string.Join(", ", silo.Devices)}, {silo.Orleans}"),
            Reached(stats.Id, stats.Available, stats.Trouble?.ToError(), stats.Sets.Sum(s => s.Rows), stats.Bytes),
        ];
    }

    private static async Task<Check> OpenAsync(Invocation invocation, KdHome home, CancellationToken stop)
    {
        string address = SettingSources.Read(invocation).EffectiveStore;
        if (address == "none")
            return new Check("store", CheckState.Warn, "none: soft targets are not kept", "Choose --store local, or redis://host:port.");
        ISoftTargetStore store = StoreFactory.Open(address, home.Folder, _ => { }, invocation.Context.Time);
        await using (store.ConfigureAwait(false))
        {
            StoreStats stats = await ((ISoftTargetStoreAdmin)store).StatsAsync(stop).ConfigureAwait(false);
            return Reached(Secrets.Hide(address), stats.Available, stats.Trouble, stats.Sets.Sum(s => s.Rows), stats.Bytes);
        }
    }

    private static Check Reached(string name, bool available, KdError? trouble, long rows, long bytes) => trouble is not null
        ? new Check("store", CheckState.Fail, $"{name}: {trouble.Code} {trouble.What}", trouble.Remedy)
        : available ? Check.Ok("store", $"{name}, {Human.Count(rows)} rows, {Human.Bytes(bytes)}")
        : new Check("store", CheckState.Fail, $"{name} is not reachable", "Start the server, or choose --store local. Without it, runs continue and ask the teachers again.");
}
