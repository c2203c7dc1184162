using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Tests.OrleansRuntime;

/// <summary>Runs when no other test does, because it looks at the memory of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone with the process";
}

[Collection(AloneCollection.Name)]
public class MemoryTests
{
    [Fact]
    public async Task Many_calls_leave_no_memory_behind()
    {
        using var host = await SiloHost.StartAsync(_ => { });
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        var grains = Enumerable.Range(0, 20).Select(i => factory.GetGrain<ICallGrain>($"{i}")).ToArray();
        var calls = PackageModes.IsLong ? 1_000_000 : 20_000;
        await Run(grains, 5000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Run(grains, calls);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        // Pools and caches may grow; one object kept for each call, of 24 bytes at least, may not.
        Assert.True(after - before < 2_000_000 + (10L * calls), $"{calls} calls left {after - before} bytes behind.");
        await host.StopAsync();
    }

    private static async Task Run(ICallGrain[] grains, int calls)
    {
        for (var done = 0; done < calls; done += 500)
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => grains[i % grains.Length].Double(i).AsTask()));
    }
}
