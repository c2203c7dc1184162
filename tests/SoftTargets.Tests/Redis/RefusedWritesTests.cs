using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Redis;
using KdCluster.Tests.Fixtures;
using StackExchange.Redis;

namespace KdCluster.Tests.Redis;

/// <summary>Servers that answer and do not do what is asked: what they keep is read, what they refuse is said, with its reason.</summary>
public sealed class RefusedWritesTests : IAsyncLifetime
{
    private readonly SoftTargetSet _set = Rows.Set();
    private readonly FakeTimeProvider _time = new();
    private readonly List<KdError> _warnings = [];
    private RedisServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        if (RedisServer.Executable is not null)
            _server = await RedisServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [RedisTheory]
    [InlineData("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "OOM")]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "")]
    [InlineData("ACL SETUSER default -eval -evalsha -script", "ACL SETUSER default +eval +evalsha +script", "NOPERM")]
    public async Task A_server_that_takes_no_rows_still_gives_those_it_has_and_is_written_again_when_it_takes_them(string refuse, string allow, string word)
    {
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port},allowAdmin=true");
        await using RedisStore store = RedisStore.Open(_server.Address, _warnings.Add, _time);
        await Rows.PutAsync(store, _set, 0, 10);
        await ExecuteAsync(raw, refuse);

        await Rows.PutAsync(store, _set, 10, 10);
        await Rows.PutAsync(store, _set, 20, 10);
        Assert.Equal(Enumerable.Range(0, 10), await Rows.FoundAsync(store, _set, 0, 30));
        StoreStats stats = await store.StatsAsync(default);
        Assert.Equal(("KD1403", 20L, true), (stats.Trouble!.Code, stats.Dropped, stats.Available));
        Assert.Contains(word, Assert.Single(_warnings).What, StringComparison.Ordinal);
        if (word != "OOM")   // what is full can be emptied
            Assert.Equal("KD1403", (await Assert.ThrowsAsync<KdException>(() => store.ClearAsync(null, default))).Code);

        await ExecuteAsync(raw, allow);
        await UntilKeptAsync(store, 10);
        Assert.Equal(Enumerable.Range(0, 20), await Rows.FoundAsync(store, _set, 0, 30));
        Assert.Null((await store.StatsAsync(default)).Trouble);
        Assert.Single(_warnings);
    }

    [RedisTheory]
    [InlineData("redis://127.0.0.1:{0}/99", "", "KD1404", "no database 99")]
    [InlineData("redis://:wr0ng@127.0.0.1:{0}", "CONFIG SET requirepass right", "KD1401", "WRONGPASS")]
    [InlineData("redis://127.0.0.1:{0}", "CONFIG SET requirepass right", "KD1401", "NOAUTH")]
    public async Task What_a_server_refuses_at_the_login_is_said(string address, string before, string code, string word)
    {
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port},allowAdmin=true");
        if (before.Length > 0)
            await ExecuteAsync(raw, before);
        await using RedisStore store = RedisStore.Open(string.Format(null, address, _server.Port), _warnings.Add, _time);

        await Rows.PutAsync(store, _set, 0, 10);
        Assert.Empty(await Rows.FoundAsync(store, _set, 0, 10));
        KdError trouble = (await store.StatsAsync(default)).Trouble!;
        Assert.Equal(code, trouble.Code);
        Assert.Contains(word, trouble.What, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", trouble.ToString(), StringComparison.Ordinal);
        Assert.Equal(code, (await Assert.ThrowsAsync<KdException>(() => store.ClearAsync(null, default))).Code);
        Assert.Equal(code, (await Assert.ThrowsAsync<KdException>(() => store.VerifyAsync(false, default))).Code);
    }

    [RedisTheory]
    [InlineData("k0")]
    [InlineData("r0")]
    public async Task Rows_that_the_server_evicted_are_no_verified_ones(string slab)
    {
        await using RedisStore store = RedisStore.Open(_server.Address, _warnings.Add, _time);
        await Rows.PutAsync(store, _set, 0, 50);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port}");
        var layout = new RedisLayout(_set);
        string generation = (await raw.GetDatabase().HashGetAsync(layout.Meta, "g"))!;
        Assert.True(await raw.GetDatabase().KeyDeleteAsync($"{layout.Meta}:{generation}:{slab}"));

        Assert.Equal(new StoreVerification(50, 50, 0), await store.VerifyAsync(repair: false, default));
        Assert.Equal(new StoreVerification(50, 50, 50), await store.VerifyAsync(repair: true, default));
        Assert.Equal(new StoreVerification(0, 0, 0), await store.VerifyAsync(repair: true, default));
    }

    private static Task<RedisResult> ExecuteAsync(ConnectionMultiplexer raw, string command)
    {
        string[] words = command.Split(' ');
        return raw.GetDatabase().ExecuteAsync(words[0], [.. words[1..]]);
    }

    /// <summary>A replica that became a primary is known as one at the next look of the connection.</summary>
    private async Task UntilKeptAsync(RedisStore store, int first)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await Rows.PutAsync(store, _set, first, 10);
        }
        while ((await Rows.FoundAsync(store, _set, first, 10)).Count < 10 && await looks.WaitForNextTickAsync(limit.Token));
    }
}
