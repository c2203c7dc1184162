using System.Net;

namespace StackExchange.Redis;

/// <summary>Commands about the server itself; most need <see cref="ConfigurationOptions.AllowAdmin"/>.</summary>
public interface IServer : IRedis
{
    EndPoint EndPoint { get; }

    bool IsConnected { get; }

    Version Version { get; }

    /// <summary>Needs <see cref="ConfigurationOptions.AllowAdmin"/>.</summary>
    KeyValuePair<string, string>[] ConfigGet(RedisValue pattern = default, CommandFlags flags = CommandFlags.None);

    /// <summary>Needs <see cref="ConfigurationOptions.AllowAdmin"/>.</summary>
    Task<KeyValuePair<string, string>[]> ConfigGetAsync(RedisValue pattern = default, CommandFlags flags = CommandFlags.None);

    long DatabaseSize(int database = -1, CommandFlags flags = CommandFlags.None);

    Task<long> DatabaseSizeAsync(int database = -1, CommandFlags flags = CommandFlags.None);

    RedisResult Execute(string command, params object[] args);

    Task<RedisResult> ExecuteAsync(string command, params object[] args);

    /// <summary>Needs <see cref="ConfigurationOptions.AllowAdmin"/>.</summary>
    void FlushDatabase(int database = -1, CommandFlags flags = CommandFlags.None);

    /// <summary>Needs <see cref="ConfigurationOptions.AllowAdmin"/>.</summary>
    Task FlushDatabaseAsync(int database = -1, CommandFlags flags = CommandFlags.None);

    /// <summary>By section. Needs <see cref="ConfigurationOptions.AllowAdmin"/>.</summary>
    IGrouping<string, KeyValuePair<string, string>>[] Info(RedisValue section = default, CommandFlags flags = CommandFlags.None);

    /// <summary>By section. Needs <see cref="ConfigurationOptions.AllowAdmin"/>.</summary>
    Task<IGrouping<string, KeyValuePair<string, string>>[]> InfoAsync(RedisValue section = default, CommandFlags flags = CommandFlags.None);

    /// <summary>By SCAN, a page at a time: a key that is there all the while is given at least once.</summary>
    IEnumerable<RedisKey> Keys(int database = -1, RedisValue pattern = default, int pageSize = 250, long cursor = 0, int pageOffset = 0, CommandFlags flags = CommandFlags.None);

    IAsyncEnumerable<RedisKey> KeysAsync(int database = -1, RedisValue pattern = default, int pageSize = 250, long cursor = 0, int pageOffset = 0, CommandFlags flags = CommandFlags.None);
}
