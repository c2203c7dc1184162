namespace StackExchange.Redis;

/// <summary>Commands on one database that wait for their reply, up to <see cref="ConfigurationOptions.SyncTimeout"/>.</summary>
public interface IDatabase : IDatabaseAsync, IRedis
{
    int Database { get; }

    IBatch CreateBatch(object? asyncState = null);

    ITransaction CreateTransaction(object? asyncState = null);

    RedisResult Execute(string command, params object[] args);

    RedisResult Execute(string command, ICollection<object>? args, CommandFlags flags = CommandFlags.None);

    bool HashDelete(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None);

    long HashDelete(RedisKey key, RedisValue[] hashFields, CommandFlags flags = CommandFlags.None);

    bool HashExists(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None);

    HashEntry[] HashGetAll(RedisKey key, CommandFlags flags = CommandFlags.None);

    RedisValue HashGet(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None);

    RedisValue[] HashGet(RedisKey key, RedisValue[] hashFields, CommandFlags flags = CommandFlags.None);

    RedisValue[] HashKeys(RedisKey key, CommandFlags flags = CommandFlags.None);

    long HashLength(RedisKey key, CommandFlags flags = CommandFlags.None);

    IEnumerable<HashEntry> HashScan(RedisKey key, RedisValue pattern = default, int pageSize = 250, long cursor = 0, int pageOffset = 0, CommandFlags flags = CommandFlags.None);

    void HashSet(RedisKey key, HashEntry[] hashFields, CommandFlags flags = CommandFlags.None);

    bool HashSet(RedisKey key, RedisValue hashField, RedisValue value, When when = When.Always, CommandFlags flags = CommandFlags.None);

    bool KeyDelete(RedisKey key, CommandFlags flags = CommandFlags.None);

    long KeyDelete(RedisKey[] keys, CommandFlags flags = CommandFlags.None);

    bool KeyExists(RedisKey key, CommandFlags flags = CommandFlags.None);

    bool KeyExpire(RedisKey key, TimeSpan? expiry, CommandFlags flags = CommandFlags.None);

    TimeSpan? KeyTimeToLive(RedisKey key, CommandFlags flags = CommandFlags.None);

    RedisResult ScriptEvaluate(string script, RedisKey[]? keys = null, RedisValue[]? values = null, CommandFlags flags = CommandFlags.None);

    bool SetAdd(RedisKey key, RedisValue value, CommandFlags flags = CommandFlags.None);

    long SetAdd(RedisKey key, RedisValue[] values, CommandFlags flags = CommandFlags.None);

    RedisValue[] SetMembers(RedisKey key, CommandFlags flags = CommandFlags.None);

    RedisValue StringGet(RedisKey key, CommandFlags flags = CommandFlags.None);

    RedisValue[] StringGet(RedisKey[] keys, CommandFlags flags = CommandFlags.None);

    bool StringSet(RedisKey key, RedisValue value, TimeSpan? expiry = null, When when = When.Always, CommandFlags flags = CommandFlags.None);

    bool StringSet(KeyValuePair<RedisKey, RedisValue>[] values, When when = When.Always, CommandFlags flags = CommandFlags.None);
}
