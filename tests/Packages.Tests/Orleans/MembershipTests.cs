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
        Assert.Equal("teacher", host.Services.GetRequiredService<ISiloMetadataCache>().GetSiloMetadata(membership.SiloAddress).Metadata["kd.roles"]);
        var listener = new Listener();
        Assert.True(membership.SubscribeToSiloStatusEvents(listener));
        await host.StopAsync();
        Assert.NotEqual(SiloStatus.Active, membership.CurrentStatus);
    }

    private sealed class Listener : ISiloStatusListener
    {
        public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
        {
        }
    }
}
