namespace KdCluster.Tests.OrleansRuntime;

public class MemoryTests(SiloFixture silo) : SiloTests(silo)
{
    [Fact]
    public async Task Many_calls_leave_no_memory_behind()
    {
        var calls = Environment.GetEnvironmentVariable("KD_LONG") == "1" ? 1_000_000 : 20_000;
        var prefix = NewKey();
        var grains = Enumerable.Range(0, 20).Select(i => Grains.GetGrain<ICallGrain>($"{prefix}-{i}")).ToArray();
        using var cancellation = new CancellationTokenSource();
        await Run(grains, 2000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Run(grains, calls);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.True(after - before < 3_000_000, $"{calls} calls left {after - before} bytes behind.");
    }

    private static async Task Run(ICallGrain[] grains, int calls)
    {
        for (var done = 0; done < calls; done += 500)
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => grains[i % grains.Length].Double(i).AsTask()));
    }
}
