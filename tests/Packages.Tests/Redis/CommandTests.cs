using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

public sealed class CommandTests(RedisHost host) : IClassFixture<RedisHost>
{
    private static readonly byte[] _everyByte = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    private IDatabase Database => host.Database;

    [RedisFact]
    public async Task Strings_AreBinarySafe()
    {
        RedisKey key = _everyByte;
        Assert.True(await Database.StringSetAsync(key, _everyByte));
        Assert.Equal(_everyByte, (byte[]?)await Database.StringGetAsync(key));
        Assert.True(Database.StringSet("empty", Array.Empty<byte>()));
        Assert.Equal(RedisValue.EmptyString, Database.StringGet("empty"));
        Assert.True((await Database.StringGetAsync("no such key")).IsNull);
        Assert.True(await Database.StringSetAsync("slice", "012345"u8.ToArray().AsMemory(2, 3)));
        Assert.Equal("234", await Database.StringGetAsync("slice"));
        Assert.True(await Database.StringSetAsync("number", 12));
        Assert.Equal(12, (int)await Database.StringGetAsync("number"));
    }

    [RedisFact]
    public async Task Strings_ManyAtOnce()
    {
        KeyValuePair<RedisKey, RedisValue>[] pairs = [new("many:1", "a"), new("many:2", "b")];
        Assert.True(await Database.StringSetAsync(pairs));
        Assert.Equal(["a", "b", RedisValue.Null], await Database.StringGetAsync(["many:1", "many:2", "many:3"]));
        Assert.False(await Database.StringSetAsync(pairs, When.NotExists));
        Assert.Empty(await Database.StringGetAsync([]));
        Assert.Equal(2, await Database.KeyDeleteAsync(["many:1", "many:2", "many:3"]));
    }

    [RedisFact]
    public async Task Strings_ExpireAndCondition()
    {
        Assert.True(await Database.StringSetAsync("mortal", 1, TimeSpan.FromMinutes(10)));
        Assert.InRange((await Database.KeyTimeToLiveAsync("mortal"))!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.False(await Database.StringSetAsync("mortal", 2, when: When.NotExists));
        Assert.True(await Database.StringSetAsync("mortal", 2, TimeSpan.FromMinutes(1), When.Exists));
        Assert.Equal(2, (int)Database.StringGet("mortal"));
        Assert.True(await Database.KeyExpireAsync("mortal", (TimeSpan?)null));
        Assert.Null(await Database.KeyTimeToLiveAsync("mortal"));
        Assert.True(await Database.KeyExpireAsync("mortal", TimeSpan.FromMilliseconds(-1)));
        Assert.False(await Database.KeyExistsAsync("mortal"));
        Assert.False(await Database.KeyExpireAsync("mortal", TimeSpan.FromSeconds(1)));
    }

    [RedisFact]
    public async Task Hashes()
    {
        RedisKey key = "hash";
        await Database.HashSetAsync(key, [new HashEntry(_everyByte, _everyByte), new HashEntry("a", 1), new HashEntry("b", RedisValue.EmptyString)]);
        Assert.Equal(3, await Database.HashLengthAsync(key));
        Assert.Equal(_everyByte, (byte[]?)await Database.HashGetAsync(key, _everyByte));
        Assert.Equal([1, RedisValue.Null, RedisValue.EmptyString], await Database.HashGetAsync(key, ["a", "none", "b"]));
        Assert.True((await Database.HashGetAsync(key, "none")).IsNull);
        Assert.Empty(await Database.HashGetAsync(key, Array.Empty<RedisValue>()));
        Assert.False(await Database.HashSetAsync(key, "a", 2));
        Assert.True(await Database.HashSetAsync(key, "c", 3, When.NotExists));
        Assert.False(await Database.HashSetAsync(key, "c", 4, When.NotExists));
        Assert.True(await Database.HashExistsAsync(key, "c"));
        Assert.Equal(4, (await Database.HashGetAllAsync(key)).Length);
        Assert.Contains((RedisValue)"c", await Database.HashKeysAsync(key));
        Assert.True(await Database.HashDeleteAsync(key, "c"));
        Assert.Equal(2, await Database.HashDeleteAsync(key, ["a", "b", "none"]));
        Assert.Single(Database.HashGetAll(key));
        Assert.Empty(Database.HashGetAll("no such hash"));
    }

    [RedisFact]
    public async Task HashScan_SeesEveryField()
    {
        var entries = Enumerable.Range(0, 3000).Select(i => new HashEntry($"field:{i}", i)).ToArray();
        await Database.HashSetAsync("scanned", entries);
        Assert.Equal(entries.Length, Database.HashScan("scanned", pageSize: 100).Select(entry => entry.Name).Distinct().Count());
        var some = new HashSet<RedisValue>();
        await foreach (var entry in Database.HashScanAsync("scanned", "field:1?"))
        {
            some.Add(entry.Name);
        }

        Assert.Equal(10, some.Count);
    }

    [RedisFact]
    public async Task Sets()
    {
        Assert.True(await Database.SetAddAsync("set", "a"));
        Assert.False(await Database.SetAddAsync("set", "a"));
        Assert.Equal(2, await Database.SetAddAsync("set", ["a", "b", "c"]));
        Assert.Equal(["a", "b", "c"], (await Database.SetMembersAsync("set")).Select(member => (string?)member).Order());
    }

    [RedisFact]
    public async Task Lua_ReturnsEveryShape()
    {
        const string Script = "redis.call('SET', KEYS[1], ARGV[1]); return {redis.call('GET', KEYS[1]), 7, {ARGV[2]}, false}";
        for (var round = 0; round < 2; round++)
        {
            var result = await Database.ScriptEvaluateAsync(Script, ["lua"], [_everyByte, "x"]);
            Assert.Equal(4, result.Length);
            Assert.Equal(_everyByte, (byte[]?)result[0]);
            Assert.Equal(7, (int)result[1]);
            Assert.Equal("x", (string?)result[2][0]);
            Assert.True(result[3].IsNull);
            // A server that forgot its scripts must make no difference.
            await Database.ExecuteAsync("SCRIPT", "FLUSH");
        }

        var refused = await Assert.ThrowsAsync<RedisServerException>(() => Database.ScriptEvaluateAsync("return redis.error_reply('MINE no')"));
        Assert.StartsWith("MINE no", refused.Message);
        Assert.Equal(3, (long)Database.ScriptEvaluate("return #ARGV", values: [1, 2, 3]));
    }

    [RedisFact]
    public async Task Execute_SendsAnything()
    {
        Assert.Equal("OK", (string?)await Database.ExecuteAsync("set", "raw", 12));
        Assert.Equal("12", (string?)Database.Execute("GET", (RedisKey)"raw"));
        Assert.Equal(new[] { "12", null }, (string?[])(await Database.ExecuteAsync("MGET", "raw", "none"))!);
        var unknown = await Assert.ThrowsAsync<RedisServerException>(() => Database.ExecuteAsync("NOSUCHCOMMAND"));
        Assert.Contains("unknown command", unknown.Message);
    }

    [RedisFact]
    public async Task ServerErrors_FailOnlyTheirCommand()
    {
        await Database.StringSetAsync("text", "not a hash");
        var failing = Database.HashGetAsync("text", "field");
        var working = Database.StringGetAsync("text");
        var failure = await Assert.ThrowsAsync<RedisServerException>(() => failing);
        Assert.StartsWith("WRONGTYPE", failure.Message);
        Assert.Equal("not a hash", await working);
        Assert.Throws<RedisServerException>(() => Database.HashGet("text", "field"));
    }

    [RedisFact]
    public async Task Batch_WaitsForExecute()
    {
        var batch = Database.CreateBatch();
        var tasks = Enumerable.Range(0, 100).Select(i => batch.StringSetAsync($"batch:{i}", i)).ToArray();
        var read = batch.StringGetAsync("batch:99");
        Assert.False(await Database.KeyExistsAsync("batch:0"));
        Assert.DoesNotContain(tasks, task => task.IsCompleted);
        batch.Execute();
        Assert.All(await Task.WhenAll(tasks), Assert.True);
        Assert.Equal(99, (int)await read);
    }

    [RedisFact]
    public async Task Transaction_IsAllOrNothing()
    {
        var transaction = Database.CreateTransaction();
        var set = transaction.StringSetAsync("tx", "1");
        var wrong = transaction.HashGetAsync("tx", "field");
        var get = transaction.StringGetAsync("tx");
        Assert.False(await Database.KeyExistsAsync("tx"));
        Assert.True(await transaction.ExecuteAsync());
        Assert.True(await set);
        await Assert.ThrowsAsync<RedisServerException>(() => wrong);
        Assert.Equal("1", await get);

        var broken = Database.CreateTransaction();
        var never = broken.StringSetAsync("tx:never", 1);
        var unknown = broken.ExecuteAsync("NOSUCHCOMMAND");
        Exception? execution = await Record.ExceptionAsync(() => broken.ExecuteAsync());
        Assert.True(execution is null or RedisServerException);
        await Assert.ThrowsAsync<RedisServerException>(() => unknown.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.False(await Database.KeyExistsAsync("tx:never"));
        Assert.True(await Database.CreateTransaction().ExecuteAsync());
    }

    [RedisFact]
    public async Task Transactions_OfManyCallersDoNotMix()
    {
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var transaction = Database.CreateTransaction();
            var first = transaction.ExecuteAsync("INCR", "tx:counter");
            var second = transaction.ExecuteAsync("INCR", "tx:counter");
            Assert.True(await transaction.ExecuteAsync());
            Assert.Equal((long)await first + 1, (long)await second);
        });
    }

    [RedisFact]
    public async Task Databases_AreApart()
    {
        var other = host.Connection.GetDatabase(3);
        Assert.Equal(3, other.Database);
        await Parallel.ForAsync(0, 500, async (i, _) =>
        {
            var database = i % 2 == 0 ? Database : other;
            await database.StringSetAsync($"apart:{i}", database.Database);
            Assert.Equal(database.Database, (int)await database.StringGetAsync($"apart:{i}"));
        });
        Assert.False(await Database.KeyExistsAsync("apart:1"));
        Assert.True(await other.KeyExistsAsync("apart:1"));
    }

    [RedisFact]
    public async Task FireAndForget_IsDoneAtOnce_AndStillHappens()
    {
        Assert.False(Database.StringSet("forgotten", 1, flags: CommandFlags.FireAndForget));
        // The connection keeps order, so a command after it sees it done.
        Assert.Equal(1, (int)await Database.StringGetAsync("forgotten"));
        await Database.HashGetAsync("forgotten", "wrong type", CommandFlags.FireAndForget);
        Assert.True(await Database.PingAsync() >= TimeSpan.Zero);
    }

    [RedisFact]
    public async Task Server_ListsAndFlushes()
    {
        var server = host.Connection.GetServer(host.Connection.GetEndPoints().Single());
        var database = host.Connection.GetDatabase(5);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => database.StringSetAsync($"listed:{i}", i)));
        Assert.Equal(1000, server.Keys(5, "listed:*", pageSize: 100).Distinct().Count());
        var tens = 0;
        await foreach (var key in server.KeysAsync(5, "listed:1?"))
        {
            Assert.StartsWith("listed:1", (string?)key);
            tens++;
        }

        Assert.Equal(10, tens);
        Assert.Equal(1000, await server.DatabaseSizeAsync(5));
        await server.FlushDatabaseAsync(5);
        Assert.Equal(0, server.DatabaseSize(5));
        Assert.Contains((await server.InfoAsync("server")).SelectMany(section => section), fact => fact.Key == "redis_version");
        Assert.NotEmpty(server.ConfigGet("maxmemory"));
        Assert.True(server.IsConnected);
        Assert.True(server.Version.Major >= 5);
        Assert.True(await server.PingAsync() > TimeSpan.Zero);
    }

    [RedisFact]
    public async Task AdminCommands_NeedAdminMode()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(host.Server.EndPoint);
        var server = connection.GetServer(connection.GetEndPoints().Single());
        await Assert.ThrowsAsync<RedisCommandException>(() => server.FlushDatabaseAsync());
        await Assert.ThrowsAsync<RedisCommandException>(() => server.InfoAsync());
        Assert.True(await server.DatabaseSizeAsync() >= 0);
    }
}
