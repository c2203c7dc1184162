using System.Diagnostics;
using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Redis;
using KdCluster.Tests.Fixtures;
using StackExchange.Redis;

namespace KdCluster.Tests.Redis;

public sealed class RedisStoreTests(Xunit.Abstractions.ITestOutputHelper output) : IAsyncLifetime
{
    private readonly SoftTargetSet _set = Rows.Set();
    private readonly ManualTime _time = new();
    private readonly List<KdError> _warnings = [];
    private RedisServer _server = null!;

    public async Task InitializeAsync()
    {
        if (RedisServer.Executable is not null)
            _server = await RedisServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private RedisStore Open() => RedisStore.Open(_server.Address, _warnings.Add, _time);

    [RedisFact]
    public async Task A_put_is_visible_at_once_to_all_and_a_key_keeps_its_first_row()
    {
        await using RedisStore first = Open(), second = Open();
        Assert.Empty(await Rows.FoundAsync(second, _set, 0, 10));
        for (int i = 0; i < 2000; i += 100)
        {
            await Rows.PutAsync(i % 200 == 0 ? first : second, _set, i, 100);
            Assert.Equal(100, (await Rows.FoundAsync(first, _set, i, 100)).Count);
            Assert.Equal(100, (await Rows.FoundAsync(second, _set, i, 100)).Count);
        }

        await first.PutAsync(_set, Rows.Keys(0, 2000), new byte[2000 * _set.RowBytes], default);
        await using RedisStore third = Open();
        Assert.Equal(Enumerable.Range(0, 2000), await Rows.FoundAsync(third, _set, 0, 2100));
        Assert.Empty(await Rows.FoundAsync(third, Rows.Set(teacher: 'b'), 0, 10));
        StoreStats stats = await third.StatsAsync(default);
        Assert.Equal((_set, 2000L, true), (stats.Sets.Single().Set, stats.Sets.Single().Rows, stats.Available));
        Assert.Equal((2000, 110, 0, 0), (stats.Hits, stats.Misses, stats.Damaged, stats.Dropped));
        Assert.Empty(_warnings);
    }

    [RedisFact]
    public async Task A_damaged_row_is_a_miss_is_counted_and_can_be_put_again()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, _set, 0, 50);
        var layout = new RedisLayout(_set);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port}");
        IDatabase database = raw.GetDatabase();
        string generation = (await database.HashGetAsync(layout.Meta, "g"))!;
        for (int at = 0; at < layout.RecordBytes; at++)
        {
            RedisKey slab = layout.RowSlab(generation, 0);
            int place = (7 * layout.RecordBytes) + at;
            byte[] was = (byte[])(await database.ExecuteAsync("GETRANGE", slab, place, place))!;
            await database.ExecuteAsync("SETRANGE", slab, place, new[] { (byte)(was[0] ^ 4) });
            await using RedisStore reader = Open();
            Assert.Equal(Enumerable.Range(0, 50).Where(i => i != 7), await Rows.FoundAsync(reader, _set, 0, 50));
            Assert.Equal(1, (await reader.StatsAsync(default)).Damaged);
            await database.ExecuteAsync("SETRANGE", slab, place, was);
        }

        await database.ExecuteAsync("SETRANGE", layout.RowSlab(generation, 0), 7 * layout.RecordBytes, new byte[] { 1, 2, 3 });
        Assert.Equal(new StoreVerification(50, 1, 0), await store.VerifyAsync(repair: false, default));
        Assert.Equal(49, (await Rows.FoundAsync(store, _set, 0, 50)).Count);
        await Rows.PutAsync(store, _set, 0, 50);
        Assert.Equal(50, (await Rows.FoundAsync(store, _set, 0, 50)).Count);
        Assert.Equal(new StoreVerification(51, 1, 1), await store.VerifyAsync(repair: true, default));
        Assert.Equal(new StoreVerification(50, 0, 0), await store.VerifyAsync(repair: false, default));
        await using RedisStore again = Open();
        Assert.Equal(50, (await Rows.FoundAsync(again, _set, 0, 50)).Count);
        Assert.Equal(50, (await again.StatsAsync(default)).Sets.Single().Rows);
    }

    [RedisFact]
    public async Task A_damaged_fingerprint_loses_its_row_only()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, _set, 0, 20);
        var layout = new RedisLayout(_set);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port}");
        string generation = (await raw.GetDatabase().HashGetAsync(layout.Meta, "g"))!;
        await raw.GetDatabase().ExecuteAsync("SETRANGE", layout.KeySlab(generation, 0), 5 * RedisLayout.KeyBytes, new byte[] { 9, 9 });
        await using RedisStore reader = Open();
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 5), await Rows.FoundAsync(reader, _set, 0, 20));
    }

    [RedisFact]
    public async Task Clear_takes_one_teacher_or_all_and_leaves_no_key()
    {
        SoftTargetSet other = Rows.Set(teacher: 'b');
        await using RedisStore store = Open(), reader = Open();
        await Rows.PutAsync(store, _set, 0, 2000);
        await Rows.PutAsync(store, other, 0, 30);
        Assert.Equal(2000, (await Rows.FoundAsync(reader, _set, 0, 2000)).Count);
        Assert.Equal(2000, await store.ClearAsync(_set.Teacher, default));
        Assert.Empty(await Rows.FoundAsync(store, _set, 0, 100));
        Assert.Empty(await Rows.FoundAsync(reader, _set, 0, 100));
        await Rows.PutAsync(store, _set, 50, 10);
        Assert.Equal(10, (await Rows.FoundAsync(reader, _set, 0, 100)).Count);
        Assert.Equal(30, (await Rows.FoundAsync(store, other, 0, 30)).Count);
        Assert.Equal(40, await store.ClearAsync(null, default));
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port}");
        Assert.Equal(0, (long)await raw.GetDatabase().ExecuteAsync("DBSIZE"));
    }

    [RedisFact]
    public async Task A_server_killed_and_restarted_is_done_without_told_of_once_and_used_again()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, _set, 0, 20);
        Assert.Equal(20, (await Rows.FoundAsync(store, _set, 0, 20)).Count);
        await _server.KillAsync();
        Assert.Empty(await Rows.FoundAsync(store, _set, 0, 20));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Empty(await Rows.FoundAsync(store, _set, 0, 2));
            await Rows.PutAsync(store, _set, 0, 1);
        }

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), "a dead server is waited for");
        Assert.Equal(1000, (await store.StatsAsync(default)).Dropped);
        Assert.Equal("KD1401", Assert.Single(_warnings).Code);
        await Assert.ThrowsAsync<KdException>(() => store.VerifyAsync(false, default));

        await _server.StartAsync();
        await UntilAvailableAsync(store);
        await Rows.PutAsync(store, _set, 5, 20);
        Assert.Equal(Enumerable.Range(5, 20), await Rows.FoundAsync(store, _set, 0, 30));
        Assert.Single(_warnings);
    }

    [RedisFact]
    public async Task A_connection_lost_while_idle_costs_no_row()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, _set, 0, 20);
        Assert.Equal(20, (await Rows.FoundAsync(store, _set, 0, 20)).Count);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port},allowAdmin=true");
        foreach (string line in ((string)(await raw.GetDatabase().ExecuteAsync("CLIENT", "LIST"))!).Split('\n').Where(l => l.Contains("cmd=getrange", StringComparison.Ordinal)))
            await raw.GetDatabase().ExecuteAsync("CLIENT", "KILL", "ID", line.Split(' ')[0].Split('=')[1]);
        Assert.Equal(20, (await Rows.FoundAsync(store, _set, 0, 20)).Count);
        Assert.Empty(_warnings);
    }

    [RedisFact]
    public async Task A_server_that_is_not_there_at_first_is_used_when_it_comes()
    {
        await _server.KillAsync();
        await using RedisStore store = Open();
        Assert.Empty(await Rows.FoundAsync(store, _set, 0, 20));
        await _server.StartAsync();
        await UntilAvailableAsync(store);
        await Rows.PutAsync(store, _set, 0, 20);
        Assert.Equal(20, (await Rows.FoundAsync(store, _set, 0, 20)).Count);
    }

    [RedisFact]
    public async Task A_wrong_password_is_a_store_that_is_down_and_no_secret_is_told()
    {
        await using RedisServer closed = await RedisServer.StartAsync("--requirepass", "right");
        await using (RedisStore store = RedisStore.Open($"redis://:right@127.0.0.1:{closed.Port}/1", _warnings.Add, _time))
        {
            await Rows.PutAsync(store, _set, 0, 5);
            Assert.Equal(5, (await Rows.FoundAsync(store, _set, 0, 5)).Count);
            Assert.Empty(_warnings);
        }

        await using RedisStore wrong = RedisStore.Open($"redis://:wr0ng@127.0.0.1:{closed.Port}/1", _warnings.Add, _time);
        Assert.Empty(await Rows.FoundAsync(wrong, _set, 0, 5));
        KdException refused = await Assert.ThrowsAsync<KdException>(() => wrong.FlushAsync(default));
        Assert.Equal("KD1401", refused.Code);
        Assert.DoesNotContain("wr0ng", refused.Message + wrong.Id + string.Join(' ', _warnings));
        Assert.Single(_warnings);
    }

    [RedisFact]
    public async Task An_entry_costs_at_most_24_bytes_over_its_row()
    {
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port},allowAdmin=true");
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
        return long.Parse(info.Split('\n').Single(l => l.StartsWith("used_memory:", StringComparison.Ordinal)).Split(':')[1]);
    }

    /// <summary>The connection comes back by itself; each look moves the store's own clock past its rest.</summary>
    private async Task UntilAvailableAsync(RedisStore store)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
            _time.Advance(TimeSpan.FromSeconds(2));
        while (!(await store.StatsAsync(default)).Available && await looks.WaitForNextTickAsync(limit.Token));
    }
}
