using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

public sealed class LoadTests(RedisHost host) : IClassFixture<RedisHost>
{
    [RedisFact]
    public async Task TenThousandInFlight_FromFiftyThreads()
    {
        const int Threads = 50;
        const int Each = 200;
        var database = host.Database;
        using var ready = new Barrier(Threads);
        var all = Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                ready.SignalAndWait();
                return Enumerable.Range(0, Each).Select(i =>
                {
                    _ = database.StringSetAsync($"load:{thread}:{i}", (thread * Each) + i);
                    return database.StringGetAsync($"load:{thread}:{i}");
                }).ToArray();
            },
            TaskCreationOptions.LongRunning));
        var answers = await Task.WhenAll((await Task.WhenAll(all)).Select(Task.WhenAll));
        Assert.Equal(Enumerable.Range(0, Threads * Each), answers.SelectMany(values => values.Select(value => (int)value)));
    }

    [RedisFact]
    public async Task SynchronousCommands_FromManyThreads()
    {
        var database = host.Database;
        await database.StringSetAsync("sync", 1);
        // Threads of their own: StackExchange.Redis needs pool threads to deliver replies, so blocking those is a caller's mistake.
        var callers = Enumerable.Range(0, 32).Select(_ => Task.Factory.StartNew(
            () => Enumerable.Range(0, 50).Sum(_ => (int)database.StringGet("sync")), TaskCreationOptions.LongRunning));
        Assert.Equal(32 * 50, (await Task.WhenAll(callers)).Sum());
    }

    [RedisFact]
    public async Task SixtyFourMebibytes_GoAndComeBack()
    {
        var value = new byte[64 * 1024 * 1024];
        new Random(3).NextBytes(value);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(host.Server.EndPoint + ",asyncTimeout=30000,syncTimeout=30000");
        var database = connection.GetDatabase();
        Assert.True(await database.StringSetAsync("huge", value));
        var small = database.PingAsync();
        var back = (byte[]?)await database.StringGetAsync("huge");
        Assert.True(value.AsSpan().SequenceEqual(back));
        await small;
        Assert.True(await database.KeyDeleteAsync("huge"));
    }

    [RedisFact]
    public async Task ManyFields_InOneReply()
    {
        var entries = Enumerable.Range(0, 20_000).Select(i => new HashEntry(i, new byte[i % 200])).ToArray();
        await host.Database.HashSetAsync("wide", entries);
        var all = await host.Database.HashGetAllAsync("wide");
        Assert.Equal(entries.Length, all.Length);
        Assert.All(all, entry => Assert.Equal((int)entry.Name % 200, entry.Value.Length()));
    }
}
