using StackExchange.Redis.Connection;

namespace StackExchange.Redis.Commands;

/// <summary>One database: each command goes to the link at once.</summary>
internal sealed class RedisDatabase(ConnectionMultiplexer multiplexer, int database) : RedisCommands(multiplexer, database), IDatabase
{
    public new int Database => base.Database;

    public IBatch CreateBatch(object? asyncState = null) => new RedisBatch(Connection, Database);

    public ITransaction CreateTransaction(object? asyncState = null) => new RedisTransaction(Connection, Database);

    public TimeSpan Ping(CommandFlags flags = CommandFlags.None) => Connection.WaitFor(PingAsync(flags));

    public RedisResult Execute(string command, params object[] args)
        => Connection.WaitFor(ExecuteAsync(command, args));

    public RedisResult Execute(string command, ICollection<object>? args, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(ExecuteAsync(command, args, flags));

    public bool HashDelete(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashDeleteAsync(key, hashField, flags));

    public long HashDelete(RedisKey key, RedisValue[] hashFields, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashDeleteAsync(key, hashFields, flags));

    public bool HashExists(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashExistsAsync(key, hashField, flags));

    public HashEntry[] HashGetAll(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashGetAllAsync(key, flags));

    public RedisValue HashGet(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashGetAsync(key, hashField, flags));

    public RedisValue[] HashGet(RedisKey key, RedisValue[] hashFields, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashGetAsync(key, hashFields, flags));

    public RedisValue[] HashKeys(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashKeysAsync(key, flags));

    public long HashLength(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashLengthAsync(key, flags));

    public IEnumerable<HashEntry> HashScan(RedisKey key, RedisValue pattern = default, int pageSize = 250, long cursor = 0, int pageOffset = 0, CommandFlags flags = CommandFlags.None)
        => Connection.Iterate(HashScanAsync(key, pattern, pageSize, cursor, pageOffset, flags));

    public void HashSet(RedisKey key, HashEntry[] hashFields, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashSetAsync(key, hashFields, flags));

    public bool HashSet(RedisKey key, RedisValue hashField, RedisValue value, When when = When.Always, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(HashSetAsync(key, hashField, value, when, flags));

    public bool KeyDelete(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(KeyDeleteAsync(key, flags));

    public long KeyDelete(RedisKey[] keys, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(KeyDeleteAsync(keys, flags));

    public bool KeyExists(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(KeyExistsAsync(key, flags));

    public bool KeyExpire(RedisKey key, TimeSpan? expiry, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(KeyExpireAsync(key, expiry, flags));

    public TimeSpan? KeyTimeToLive(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(KeyTimeToLiveAsync(key, flags));

    public RedisResult ScriptEvaluate(string script, RedisKey[]? keys = null, RedisValue[]? values = null, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(ScriptEvaluateAsync(script, keys, values, flags));

    public bool SetAdd(RedisKey key, RedisValue value, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(SetAddAsync(key, value, flags));

    public long SetAdd(RedisKey key, RedisValue[] values, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(SetAddAsync(key, values, flags));

    public RedisValue[] SetMembers(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(SetMembersAsync(key, flags));

    public RedisValue StringGet(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(StringGetAsync(key, flags));

    public RedisValue[] StringGet(RedisKey[] keys, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(StringGetAsync(keys, flags));

    public bool StringSet(RedisKey key, RedisValue value, TimeSpan? expiry = null, When when = When.Always, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(StringSetAsync(key, value, expiry, when, flags));

    public bool StringSet(KeyValuePair<RedisKey, RedisValue>[] values, When when = When.Always, CommandFlags flags = CommandFlags.None)
        => Connection.WaitFor(StringSetAsync(values, when, flags));

    protected override Task<T> Send<T>(RedisCommand<T> command, CommandFlags flags)
    {
        Connection.Link.Send(command);
        return command.Task;
    }
}
