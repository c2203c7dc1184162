using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis.Connection;
using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Commands;

/// <summary>Methods as commands; where a command goes is up to the database, batch or transaction that it is called on.</summary>
internal abstract class RedisCommands(ConnectionMultiplexer multiplexer, int database) : IDatabaseAsync
{
    public IConnectionMultiplexer Multiplexer => multiplexer;

    protected ConnectionMultiplexer Connection => multiplexer;

    protected int Database => database;

    public async Task<TimeSpan> PingAsync(CommandFlags flags = CommandFlags.None)
    {
        var started = Stopwatch.GetTimestamp();
        await Send(flags, Replies.Result, "PING").ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started);
    }

    public Task<RedisResult> ExecuteAsync(string command, params object[] args) => ExecuteAsync(command, args, CommandFlags.None);

    public Task<RedisResult> ExecuteAsync(string command, ICollection<object>? args, CommandFlags flags = CommandFlags.None)
    {
        var name = command.ToUpperInvariant();
        multiplexer.CheckAllowed(name);
        return Send(flags, Replies.Result, name, Arguments.From(args));
    }

    public Task<bool> HashDeleteAsync(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Flag, "HDEL", key.Value, hashField);

    public Task<long> HashDeleteAsync(RedisKey key, RedisValue[] hashFields, CommandFlags flags = CommandFlags.None)
        => hashFields.Length == 0 ? Task.FromResult(0L) : Send(flags, Replies.Long, "HDEL", [key.Value, .. hashFields]);

    public Task<bool> HashExistsAsync(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Flag, "HEXISTS", key.Value, hashField);

    public Task<HashEntry[]> HashGetAllAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.HashEntries, "HGETALL", key.Value);

    public Task<RedisValue> HashGetAsync(RedisKey key, RedisValue hashField, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Value, "HGET", key.Value, hashField);

    public Task<RedisValue[]> HashGetAsync(RedisKey key, RedisValue[] hashFields, CommandFlags flags = CommandFlags.None)
        => hashFields.Length == 0 ? Task.FromResult<RedisValue[]>([]) : Send(flags, Replies.Values, "HMGET", [key.Value, .. hashFields]);

    public Task<RedisValue[]> HashKeysAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Values, "HKEYS", key.Value);

    public Task<long> HashLengthAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Long, "HLEN", key.Value);

    public IAsyncEnumerable<HashEntry> HashScanAsync(
        RedisKey key, RedisValue pattern = default, int pageSize = 250, long cursor = 0, int pageOffset = 0, CommandFlags flags = CommandFlags.None)
        => Scan.Run(
            from => Send(flags, Replies.Page, "HSCAN", [key.Value, from, .. Scan.Options(pattern, pageSize)]), Replies.HashEntries, cursor, pageOffset);

    public Task HashSetAsync(RedisKey key, HashEntry[] hashFields, CommandFlags flags = CommandFlags.None)
        => hashFields.Length == 0
            ? Task.CompletedTask
            : Send(flags, Replies.Long, "HSET", [key.Value, .. hashFields.SelectMany(entry => new[] { entry.Name, entry.Value })]);

    public Task<bool> HashSetAsync(RedisKey key, RedisValue hashField, RedisValue value, When when = When.Always, CommandFlags flags = CommandFlags.None) => when switch
    {
        When.Always => Send(flags, Replies.Flag, "HSET", key.Value, hashField, value),
        When.NotExists => Send(flags, Replies.Flag, "HSETNX", key.Value, hashField, value),
        _ => throw new ArgumentException($"{when} is not valid in this context; the permitted values are: Always, NotExists", nameof(when)),
    };

    public Task<bool> KeyDeleteAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Flag, "DEL", key.Value);

    public Task<long> KeyDeleteAsync(RedisKey[] keys, CommandFlags flags = CommandFlags.None)
        => keys.Length == 0 ? Task.FromResult(0L) : Send(flags, Replies.Long, "DEL", Arguments.From(keys));

    public Task<bool> KeyExistsAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Flag, "EXISTS", key.Value);

    public Task<bool> KeyExpireAsync(RedisKey key, TimeSpan? expiry, CommandFlags flags = CommandFlags.None)
        => expiry is { } time
            ? Send(flags, Replies.Flag, "PEXPIRE", key.Value, (long)time.TotalMilliseconds)
            : Send(flags, Replies.Flag, "PERSIST", key.Value);

    public Task<TimeSpan?> KeyTimeToLiveAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send<TimeSpan?>(flags, reply => reply.Number < 0 ? null : TimeSpan.FromMilliseconds(reply.Number), "PTTL", key.Value);

    public async Task<RedisResult> ScriptEvaluateAsync(string script, RedisKey[]? keys = null, RedisValue[]? values = null, CommandFlags flags = CommandFlags.None)
    {
        RedisValue[] rest = [keys?.Length ?? 0, .. Arguments.From(keys ?? []), .. values ?? []];
        if (SendsNow && !flags.HasFlag(CommandFlags.FireAndForget) && multiplexer.KnowsScript(script))
        {
            try
            {
                return await Send(flags, Replies.Result, "EVALSHA", [Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(script))), .. rest]).ConfigureAwait(false);
            }
            catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // The server has been restarted or its scripts were flushed: the whole text goes once more, and it remembers.
            }
        }

        return await Send(flags, Replies.Result, "EVAL", [script, .. rest]).ConfigureAwait(false);
    }

    public Task<bool> SetAddAsync(RedisKey key, RedisValue value, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Flag, "SADD", key.Value, value);

    public Task<long> SetAddAsync(RedisKey key, RedisValue[] values, CommandFlags flags = CommandFlags.None)
        => values.Length == 0 ? Task.FromResult(0L) : Send(flags, Replies.Long, "SADD", [key.Value, .. values]);

    public Task<RedisValue[]> SetMembersAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Values, "SMEMBERS", key.Value);

    public Task<RedisValue> StringGetAsync(RedisKey key, CommandFlags flags = CommandFlags.None)
        => Send(flags, Replies.Value, "GET", key.Value);

    public Task<RedisValue[]> StringGetAsync(RedisKey[] keys, CommandFlags flags = CommandFlags.None)
        => keys.Length == 0 ? Task.FromResult<RedisValue[]>([]) : Send(flags, Replies.Values, "MGET", Arguments.From(keys));

    public Task<bool> StringSetAsync(RedisKey key, RedisValue value, TimeSpan? expiry = null, When when = When.Always, CommandFlags flags = CommandFlags.None)
    {
        if (value.IsNull)
        {
            return KeyDeleteAsync(key, flags);
        }

        List<RedisValue> arguments = [key.Value, value];
        if (expiry is { } time && time != TimeSpan.MaxValue)
        {
            arguments.AddRange(["PX", (long)time.TotalMilliseconds]);
        }

        if (when != When.Always)
        {
            arguments.Add(when == When.Exists ? "XX" : "NX");
        }

        return Send(flags, Replies.Flag, "SET", [.. arguments]);
    }

    public Task<bool> StringSetAsync(KeyValuePair<RedisKey, RedisValue>[] values, When when = When.Always, CommandFlags flags = CommandFlags.None)
    {
        if (values.Length == 0)
        {
            return Task.FromResult(false);
        }

        RedisValue[] arguments = [.. values.SelectMany(pair => new[] { pair.Key.Value, pair.Value })];
        return when switch
        {
            When.Always => Send(flags, Replies.Flag, "MSET", arguments),
            When.NotExists => Send(flags, Replies.Flag, "MSETNX", arguments),
            _ => throw new ArgumentException($"{when} is not valid in this context; the permitted values are: Always, NotExists", nameof(when)),
        };
    }

    /// <summary>Whether a command's reply can be awaited before the next one is made.</summary>
    protected virtual bool SendsNow => true;

    protected abstract Task<T> Send<T>(RedisCommand<T> command, CommandFlags flags);

    private Task<T> Send<T>(CommandFlags flags, Func<RespReply, T> map, string name, params RedisValue[] arguments)
    {
        var task = Send(new RedisCommand<T>(name, arguments, database, map), flags);
        return flags.HasFlag(CommandFlags.FireAndForget) ? Task.FromResult(default(T)!) : task;
    }
}
