using KdCluster.SoftTargets;
using KdCluster.Tests.Fixtures;
using StackExchange.Redis;

namespace KdCluster.Tests.Redis;

/// <summary>What holds of redis-server alone.</summary>
public sealed class RedisStoreTests(ITestOutputHelper output) : StoreOnServerTests
{
    private protected override async Task<IStoreServer?> StartServerAsync() => RedisServer.Executable is null ? null : await RedisServer.StartAsync();

    [RedisFact]
    public async Task A_connection_lost_while_idle_costs_no_row()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, Set, 0, 20);
        Assert.Equal(20, (await Rows.FoundAsync(store, Set, 0, 20)).Count);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Server.Port},allowAdmin=true");
        foreach (string line in ((string)(await raw.GetDatabase().ExecuteAsync("CLIENT", "LIST"))!).Split('\n').Where(l => l.Contains("cmd=getrange", StringComparison.Ordinal)))
            await raw.GetDatabase().ExecuteAsync("CLIENT", "KILL", "ID", line.Split(' ')[0].Split('=')[1]);
        Assert.Equal(20, (await Rows.FoundAsync(store, Set, 0, 20)).Count);
        Assert.Empty(Warnings);
    }

    [RedisFact]
    public async Task A_wrong_password_is_a_store_that_is_down_and_no_secret_is_told()
    {
        await using RedisServer closed = await RedisServer.StartAsync("--requirepass", "right");
        await using (RedisStore store = RedisStore.Open($"redis://:right@127.0.0.1:{closed.Port}/1", Warnings.Add, Time))
        {
            await Rows.PutAsync(store, Set, 0, 5);
            Assert.Equal(5, (await Rows.FoundAsync(store, Set, 0, 5)).Count);
            Assert.Empty(Warnings);
        }

        await using RedisStore wrong = RedisStore.Open($"redis://:wr0ng@127.0.0.1:{closed.Port}/1", Warnings.Add, Time);
        Assert.Empty(await Rows.FoundAsync(wrong, Set, 0, 5));
        KdException refused = await Assert.ThrowsAsync<KdException>(() => wrong.FlushAsync(default));
        Assert.Equal("KD1401", refused.Code);
        Assert.DoesNotContain("wr0ng", refused.Message + wrong.Id + string.Join(' ', Warnings));
        Assert.Single(Warnings);
    }

    [RedisFact]
    public async Task An_entry_costs_at_most_24_bytes_over_its_row()
    {
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Server.Port},allowAdmin=true");
        const int entries = 20_000;
        await using RedisStore store = Open();
        await Rows.PutAsync(store, Rows.Set(teacher: 'f'), 0, 1);
        foreach (int width in new[] { 14, 64 })
        {
            SoftTargetSet set = Rows.Set(width);
            long before = await UsedAsync(raw);
            for (int i = 0; i < entries; i += 500)
                await Rows.PutAsync(store, set, i, 500);
            double over = ((double)(await UsedAsync(raw) - before) / entries) - set.RowBytes;
            Assert.InRange(over, 12, 24);
            output.WriteLine($"row of {set.RowBytes} B: {over:F1} B over it");
        }
    }

    private static async Task<long> UsedAsync(ConnectionMultiplexer raw)
    {
        string info = (string)(await raw.GetDatabase().ExecuteAsync("INFO", "memory"))!;
        return long.Parse(info.Split('\n').Single(l => l.StartsWith("used_memory:", StringComparison.Ordinal)).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
