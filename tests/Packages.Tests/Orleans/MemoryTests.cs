using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Tests.OrleansRuntime;

[Collection(AloneCollection.Name)]
public class MemoryTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public async Task Many_calls_leave_no_memory_behind()
    {
        using var host = await SiloHost.StartAsync(_ => { });
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        var grains = Enumerable.Range(0, 20).Select(i => factory.GetGrain<ICallGrain>($"{i}")).ToArray();
        var calls = PackageModes.IsLong ? 1_000_000 : 20_000;
        await Run(grains, calls / 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Run(grains, calls);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{calls} calls: {before} bytes before, {after} after");
        // The packages' pools fill for millions of calls, ever more slowly; an object kept for each call would be 24 bytes of it at least.
        Assert.True(after - before < 1_000_000 + (8L * calls), $"{calls} calls left {after - before} bytes behind.");
        await host.StopAsync();
    }

    private static async Task Run(ICallGrain[] grains, int calls)
    {
        for (var done = 0; done < calls; done += 500)
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => grains[i % grains.Length].Double(i).AsTask()));
    }
}
