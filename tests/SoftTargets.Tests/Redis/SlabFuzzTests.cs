using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Redis;
using KdCluster.Tests.Fixtures;
using KdCluster.Tests.Fuzz;
using StackExchange.Redis;

namespace KdCluster.Tests.Redis;

/// <summary>What lies in Redis, damaged: a miss, never a wrong number, and the store goes on.</summary>
[Collection("fuzz")]
public sealed class SlabFuzzTests
{
    private const int Count = 100;
    private readonly SoftTargetSet _set = Rows.Set();

    [RedisFact]
    public async Task Slabs()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},allowAdmin=true");
        IDatabase database = raw.GetDatabase();
        await new FuzzRun("Redis slabs").RunAsync(80, 10_000, async random =>
        {
            await database.ExecuteAsync("FLUSHALL");
            await using (RedisStore store = Open(server))
            {
                await Rows.PutAsync(store, _set, 0, Count);
            }

            RedisKey[] keys = [.. ((RedisResult[])(await database.ExecuteAsync("KEYS", "kd:*"))!).Select(k => (string)k!).Order(StringComparer.Ordinal).Select(k => (RedisKey)k)];
            string damage = await DamageAsync(database, keys[random.Next(keys.Length)], random);
            await using RedisStore again = Open(server);
            await Rows.FoundAsync(again, _set, 0, Count);
            await again.StatsAsync(default);
            string code = await FuzzRun.CodedAsync(() => again.VerifyAsync(repair: true, default));
            await Rows.PutAsync(again, _set, 0, Count);
            await Rows.FoundAsync(again, _set, 0, Count);
            return $"{damage} {code}";
        });
    }

    private static RedisStore Open(RedisServer server) => RedisStore.Open(server.Address, _ => { }, TimeProvider.System);

    /// <summary>Changes bytes of a string or of a field; now and then the key becomes something else altogether.</summary>
    private static async Task<string> DamageAsync(IDatabase database, RedisKey key, Random random)
    {
        Mutator mutator = new(random);
        string type = (string)(await database.ExecuteAsync("TYPE", key))!;
        switch (random.Next(12))
        {
            case 0:
                await database.KeyDeleteAsync(key);
                return "key gone";
            case 1:
                await database.KeyDeleteAsync(key);
                await database.ExecuteAsync(type == "hash" ? "SET" : "HSET", type == "hash" ? [key, "x"] : [key, "a", "b"]);
                return "key of another type";
        }

        if (type == "string")
        {
            byte[] whole = (byte[])(await database.ExecuteAsync("GET", key))!;
            await database.ExecuteAsync("SET", key, mutator.Mutate(whole));
            return "slab";
        }

        RedisResult[] fields = (RedisResult[])(await database.ExecuteAsync("HGETALL", key))!;
        int at = random.Next(fields.Length / 2) * 2;
        await database.ExecuteAsync("HSET", key, (byte[])fields[at]!, mutator.Mutate((byte[])fields[at + 1]!));
        return "field";
    }
}
