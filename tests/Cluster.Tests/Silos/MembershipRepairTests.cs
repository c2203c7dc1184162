using System.Collections.Immutable;
using System.Net;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Silos;
using KdCluster.Tests.Support;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace KdCluster.Tests.Silos;

/// <summary>That it works with the real table is seen by the disturbance <c>redis-emptied</c> (LostSiloTests).</summary>
public sealed class MembershipRepairTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SiloAddress _own = SiloAddress.New(IPAddress.Loopback, 1, 1);
    private int _asked, _stopped;

    [Fact]
    public async Task A_silo_that_Orleans_does_not_take_again_stops_after_a_minute()
    {
        Assert.False(await RepairAsync(taken: false));
        Assert.Equal(1, _stopped);
        // Ten times a second, and not as fast as it can.
        Assert.InRange(_asked, 100, 700);
    }

    [Fact]
    public async Task A_silo_that_was_taken_goes_on()
    {
        Assert.True(await RepairAsync(taken: true));
        Assert.Equal((0, 1), (_stopped, _asked));
    }

    private async Task<bool> RepairAsync(bool taken)
    {
        MembershipTableData Table() => _asked > 0 && taken
            ? new([Tuple.Create(new MembershipEntry { SiloAddress = _own }, "1")], new TableVersion(9, "9"))
            : new(new TableVersion(0, "0"));
        MembershipRepair repair = new(
            Fake<IMembershipTable>.Make(new()
            {
                [nameof(IMembershipTable.InitializeMembershipTableAsync)] = () => Task.CompletedTask,
                [nameof(IMembershipTable.ReadAllAsync)] = () => Task.FromResult(Table()),
                [nameof(IMembershipTable.InsertRowAsync)] = () => Task.FromResult(++_asked > 0 && taken),
            }),
            Fake<ISiloStatusOracle>.Make(new()
            {
                ["get_SiloAddress"] = () => _own,
                ["get_SiloName"] = () => "one",
            }),
            Fake<IClusterMembershipService>.Make(new()
            {
                ["get_CurrentSnapshot"] = () => new ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(8)),
            }),
            null!, new RedisCheck(), Fake<IHostApplicationLifetime>.Make(new() { [nameof(IHostApplicationLifetime.StopApplication)] = () => ++_stopped }), _time, NullLogger<MembershipRepair>.Instance);

        Task<bool> repaired = repair.RepairAsync(CancellationToken.None);
        while (!repaired.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await repaired;
    }
}
