using System.Net;
using KdCluster.Cluster.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Silos;

/// <summary>
/// Puts this silo back into the membership table when Redis lost its data. Without it the silos that were there would continue by what they remember, but none could be
/// declared dead any more, and new ones would found a cluster of their own.
/// </summary>
internal sealed class MembershipRepair(
    IMembershipTable table, ISiloStatusOracle membership, IClusterMembershipService snapshots, CompatibilityCheck charter, RedisCheck check, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<MembershipRepair> log) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5), s_again = TimeSpan.FromMilliseconds(100), s_refused = TimeSpan.FromSeconds(60);
    private readonly DateTime _started = time.GetUtcNow().UtcDateTime;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(s_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
                check.Answered();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Redis is away: there is nothing to repair it with yet.
                check.Failed(e.Message);
                log.TableUnreadable(e.Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        if (membership.CurrentStatus != SiloStatus.Active)
        {
            return;
        }

        if (await charter.LostAsync() is { } anew)
        {
            if (await RepairAsync(stopping))
                charter.Follow(anew);
        }
        else if ((await table.ReadRowAsync(membership.SiloAddress, stopping)).Members.Count == 0)
        {
            // Removed by the others, who think it dead: a new start of this silo is welcome, this one is not.
            log.Evicted();
            lifetime.StopApplication();
        }
    }

    /// <summary>Writes this silo in, gives the others time to do the same (a table without them would say that they are dead), then writes on until the table's version, which grows by one a time, is above what any silo remembers: else they would take it for an old one.</summary>
    /// <returns>Whether it is in the table again; else Orleans has refused for a minute, and the silo stops: it would continue in a cluster that nobody can join.</returns>
    internal async Task<bool> RepairAsync(CancellationToken stopping)
    {
        await table.InitializeMembershipTableAsync(true, stopping);
        long since = time.GetTimestamp(), remembered = snapshots.CurrentSnapshot.Version.Value;
        while (true)
        {
            MembershipTableData kept = await table.ReadAllAsync(stopping);
            Tuple<MembershipEntry, string>? own = kept.Members.FirstOrDefault(m => membership.SiloAddress.Equals(m.Item1.SiloAddress));
            if (own is not null && kept.Version.Version > remembered)
            {
                log.TableRepaired(kept.Version.Version);
                return true;
            }

            if (time.GetElapsedTime(since) > s_refused)
            {
                log.RepairRefused(s_refused);
                lifetime.StopApplication();
                return false;
            }

            if (own is not null && time.GetElapsedTime(since) < s_grace)
            {
                await Task.Delay(s_every, time, stopping);
                continue;
            }

            TableVersion next = new(kept.Version.Version + 1, kept.Version.VersionEtag);
            bool taken = own is null ? await table.InsertRowAsync(Entry(), next, stopping) : await table.UpdateRowAsync(own.Item1, own.Item2, next, stopping);
            if (!taken)
                await Task.Delay(s_again, time, stopping);   // another silo was quicker
        }
    }

    private MembershipEntry Entry() => new()
    {
        SiloAddress = membership.SiloAddress,
        Status = SiloStatus.Active,
        SiloName = membership.SiloName,
        HostName = Dns.GetHostName(),
        StartTime = _started,
        IAmAliveTime = time.GetUtcNow().UtcDateTime,
    };
}
