using System.Diagnostics;
using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Redis;
using KdCluster.Tests.Fixtures;
using StackExchange.Redis;

namespace KdCluster.Tests.Redis;

/// <summary>What the store does on every server that speaks Redis.</summary>
public abstract class StoreOnServerTests : IAsyncLifetime
{
    private protected SoftTargetSet Set { get; } = Rows.Set();

    private protected FakeTimeProvider Time { get; } = new();

    private protected List<KdError> Warnings { get; } = [];

    private protected IStoreServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = (await StartServerAsync())!;

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }

    /// <summary>Null where it is not installed.</summary>
    private protected abstract Task<IStoreServer?> StartServerAsync();

    private protected RedisStore Open() => RedisStore.Open(Server.Address, Warnings.Add, Time);

    [RedisFact]
    public async Task A_put_is_visible_at_once_to_all_and_a_key_keeps_its_first_row()
    {
        await using RedisStore first = Open(), second = Open();
        Assert.Empty(await Rows.FoundAsync(second, Set, 0, 10));
        for (int i = 0; i < 2000; i += 100)
        {
            await Rows.PutAsync(i % 200 == 0 ? first : second, Set, i, 100);
            Assert.Equal(100, (await Rows.FoundAsync(first, Set, i, 100)).Count);
            Assert.Equal(100, (await Rows.FoundAsync(second, Set, i, 100)).Count);
        }

        await first.PutAsync(Set, Rows.Keys(0, 2000), new byte[2000 * Set.RowBytes], default);
        await using RedisStore third = Open();
        Assert.Equal(Enumerable.Range(0, 2000), await Rows.FoundAsync(third, Set, 0, 2100));
        Assert.Empty(await Rows.FoundAsync(third, Rows.Set(teacher: 'b'), 0, 10));
        StoreStats stats = await third.StatsAsync(default);
        Assert.Equal((Set, 2000L, true), (stats.Sets.Single().Set, stats.Sets.Single().Rows, stats.Available));
        Assert.Equal((2000, 110, 0, 0), (stats.Hits, stats.Misses, stats.Damaged, stats.Dropped));
        Assert.Empty(Warnings);
    }

    [RedisFact]
    public async Task A_damaged_row_is_a_miss_is_counted_and_can_be_put_again()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, Set, 0, 50);
        var layout = new RedisLayout(Set);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Server.Port}");
        IDatabase database = raw.GetDatabase();
        string generation = (await database.HashGetAsync(layout.Meta, "g"))!;
        for (int at = 0; at < layout.RecordBytes; at++)
        {
            RedisKey slab = layout.RowSlab(generation, 0);
            int place = (7 * layout.RecordBytes) + at;
            byte[] was = (byte[])(await database.ExecuteAsync("GETRANGE", slab, place, place))!;
            await database.ExecuteAsync("SETRANGE", slab, place, new[] { (byte)(was[0] ^ 4) });
            await using RedisStore reader = Open();
            Assert.Equal(Enumerable.Range(0, 50).Where(i => i != 7), await Rows.FoundAsync(reader, Set, 0, 50));
            Assert.Equal(1, (await reader.StatsAsync(default)).Damaged);
            await database.ExecuteAsync("SETRANGE", slab, place, was);
        }

        await database.ExecuteAsync("SETRANGE", layout.RowSlab(generation, 0), 7 * layout.RecordBytes, new byte[] { 1, 2, 3 });
        Assert.Equal(new StoreVerification(50, 1, 0), await store.VerifyAsync(repair: false, default));
        Assert.Equal(49, (await Rows.FoundAsync(store, Set, 0, 50)).Count);
        await Rows.PutAsync(store, Set, 0, 50);
        Assert.Equal(50, (await Rows.FoundAsync(store, Set, 0, 50)).Count);
        Assert.Equal(new StoreVerification(51, 1, 1), await store.VerifyAsync(repair: true, default));
        var read = new RowsRead();
        Assert.Equal(new StoreVerification(50, 0, 0), await store.VerifyAsync(repair: false, default, read));
        Assert.InRange(read.Sum, 50, 52);   // holes are read too
        await using RedisStore again = Open();
        Assert.Equal(50, (await Rows.FoundAsync(again, Set, 0, 50)).Count);
        Assert.Equal(50, (await again.StatsAsync(default)).Sets.Single().Rows);
    }

    [RedisFact]
    public async Task A_damaged_fingerprint_loses_its_row_only()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, Set, 0, 20);
        var layout = new RedisLayout(Set);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Server.Port}");
        string generation = (await raw.GetDatabase().HashGetAsync(layout.Meta, "g"))!;
        await raw.GetDatabase().ExecuteAsync("SETRANGE", layout.KeySlab(generation, 0), 5 * RedisLayout.KeyBytes, new byte[] { 9, 9 });
        await using RedisStore reader = Open();
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 5), await Rows.FoundAsync(reader, Set, 0, 20));
    }

    [RedisFact]
    public async Task Clear_takes_one_teacher_or_all_and_leaves_no_key()
    {
        SoftTargetSet other = Rows.Set(teacher: 'b');
        await using RedisStore store = Open(), reader = Open();
        await Rows.PutAsync(store, Set, 0, 2000);
        await Rows.PutAsync(store, other, 0, 30);
        Assert.Equal(2000, (await Rows.FoundAsync(reader, Set, 0, 2000)).Count);
        Assert.Equal(2000, await store.ClearAsync(Set.Teacher, default));
        Assert.Empty(await Rows.FoundAsync(store, Set, 0, 100));
        Assert.Empty(await Rows.FoundAsync(reader, Set, 0, 100));
        await Rows.PutAsync(store, Set, 50, 10);
        Assert.Equal(10, (await Rows.FoundAsync(reader, Set, 0, 100)).Count);
        Assert.Equal(30, (await Rows.FoundAsync(store, other, 0, 30)).Count);
        Assert.Equal(40, await store.ClearAsync(null, default));
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Server.Port}");
        Assert.Equal(0, (long)await raw.GetDatabase().ExecuteAsync("DBSIZE"));
    }

    [RedisFact]
    public async Task A_server_killed_and_restarted_is_done_without_told_of_once_and_used_again()
    {
        await using RedisStore store = Open();
        await Rows.PutAsync(store, Set, 0, 20);
        Assert.Equal(20, (await Rows.FoundAsync(store, Set, 0, 20)).Count);
        await Server.KillAsync();
        Assert.Empty(await Rows.FoundAsync(store, Set, 0, 20));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Empty(await Rows.FoundAsync(store, Set, 0, 2));
            await Rows.PutAsync(store, Set, 0, 1);
        }

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), "a dead server is waited for");
        Assert.Equal(1000, (await store.StatsAsync(default)).Dropped);
        Assert.Equal("KD1401", Assert.Single(Warnings).Code);
        await Assert.ThrowsAsync<KdException>(() => store.VerifyAsync(false, default));

        await Server.StartAsync();
        await UntilAvailableAsync(store);
        await Rows.PutAsync(store, Set, 5, 20);
        Assert.Equal(Enumerable.Range(5, 20), await Rows.FoundAsync(store, Set, 0, 30));
        Assert.Single(Warnings);
    }

    [RedisFact]
    public async Task A_server_that_is_not_there_at_first_is_used_when_it_comes()
    {
        await Server.KillAsync();
        await using RedisStore store = Open();
        Assert.Empty(await Rows.FoundAsync(store, Set, 0, 20));
        await Server.StartAsync();
        await UntilAvailableAsync(store);
        await Rows.PutAsync(store, Set, 0, 20);
        Assert.Equal(20, (await Rows.FoundAsync(store, Set, 0, 20)).Count);
    }

    [RedisFact]
    public async Task Many_who_put_at_the_same_time_lose_no_row()
    {
        const int writers = 6, puts = 12, rows = 64;
        RedisStore[] stores = [.. Enumerable.Range(0, writers).Select(_ => Open())];
        await Task.WhenAll(stores.Select((store, w) => Task.Run(async () =>
        {
            for (int i = 0; i < puts; i++)
                await Rows.PutAsync(store, Set, ((i * writers) + w) * rows, rows);
        })));
        await using RedisStore reader = Open();
        Assert.Equal(Enumerable.Range(0, writers * puts * rows), await Rows.FoundAsync(reader, Set, 0, writers * puts * rows));
        Assert.Equal(0, (await reader.StatsAsync(default)).Damaged);
        Assert.Empty(Warnings);
        foreach (RedisStore store in stores)
        {
            Assert.Equal(0, (await store.StatsAsync(default)).Dropped);
            await store.DisposeAsync();
        }
    }

    /// <summary>The connection comes back by itself; each look moves the store's own clock past its rest.</summary>
    private async Task UntilAvailableAsync(RedisStore store)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
            Time.Advance(TimeSpan.FromSeconds(2));
        while (!(await store.StatsAsync(default)).Available && await looks.WaitForNextTickAsync(limit.Token));
    }
}
