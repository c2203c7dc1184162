using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace KdCluster.Tests.OrleansRuntime;

/// <summary>What a silo knows of itself and of the others, where it is the only one.</summary>
public class MembershipTests
{
    [Fact]
    public async Task A_silo_is_active_and_known_by_what_it_said_when_it_joined()
    {
        using var host = await SiloHost.StartAsync(silo => silo.UseSiloMetadata(new Dictionary<string, string> { ["kd.roles"] = "teacher" }));
        var membership = host.Services.GetRequiredService<ISiloStatusOracle>();
        Assert.Equal(SiloStatus.Active, membership.CurrentStatus);
        Assert.Equal([membership.SiloAddress], membership.GetActiveSilos());
        Assert.Equal("teacher", await MetadataAsync(host.Services.GetRequiredService<ISiloMetadataCache>(), membership.SiloAddress, "kd.roles"));
        var listener = new Listener();
        Assert.True(membership.SubscribeToSiloStatusEvents(listener));
        await host.StopAsync();
        Assert.NotEqual(SiloStatus.Active, membership.CurrentStatus);
    }

    // It is asked for when a silo joins, and may come a moment after the silo is active.
    private static async Task<string> MetadataAsync(ISiloMetadataCache cache, SiloAddress silo, string key)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        string? value;
        while (!cache.GetSiloMetadata(silo).Metadata.TryGetValue(key, out value))
            await timer.WaitForNextTickAsync(deadline.Token);
        return value;
    }

    private sealed class Listener : ISiloStatusListener
    {
        public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
        {
        }
    }
}
