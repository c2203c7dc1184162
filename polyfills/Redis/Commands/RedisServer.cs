using System.Diagnostics;
using System.Net;
using StackExchange.Redis.Connection;
using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Commands;

/// <summary>The server at the end of the link.</summary>
internal sealed class RedisServer(ConnectionMultiplexer multiplexer, EndPoint endPoint) : IServer
{
    public EndPoint EndPoint => endPoint;

    public IConnectionMultiplexer Multiplexer => multiplexer;

    public bool IsConnected => multiplexer.IsConnected;

    public Version Version => multiplexer.Link.Version;

    public TimeSpan Ping(CommandFlags flags = CommandFlags.None) => multiplexer.WaitFor(PingAsync(flags));

    public async Task<TimeSpan> PingAsync(CommandFlags flags = CommandFlags.None)
    {
        var started = Stopwatch.GetTimestamp();
        await Send(RedisCommand.AnyDatabase, Replies.Result, "PING").ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started);
    }

    public KeyValuePair<string, string>[] ConfigGet(RedisValue pattern = default, CommandFlags flags = CommandFlags.None) => multiplexer.WaitFor(ConfigGetAsync(pattern, flags));

    public Task<KeyValuePair<string, string>[]> ConfigGetAsync(RedisValue pattern = default, CommandFlags flags = CommandFlags.None)
        => Send(
            RedisCommand.AnyDatabase,
            reply => Array.ConvertAll(Replies.HashEntries(reply), entry => KeyValuePair.Create(entry.Name.ToString(), entry.Value.ToString())),
            "CONFIG", "GET", pattern.IsNullOrEmpty ? "*" : pattern);

    public long DatabaseSize(int database = -1, CommandFlags flags = CommandFlags.None) => multiplexer.WaitFor(DatabaseSizeAsync(database, flags));

    public Task<long> DatabaseSizeAsync(int database = -1, CommandFlags flags = CommandFlags.None) => Send(multiplexer.DatabaseOf(database), Replies.Long, "DBSIZE");

    public RedisResult Execute(string command, params object[] args) => multiplexer.WaitFor(ExecuteAsync(command, args));

    public Task<RedisResult> ExecuteAsync(string command, params object[] args) => Send(RedisCommand.AnyDatabase, Replies.Result, command.ToUpperInvariant(), Arguments.From(args));

    public void FlushDatabase(int database = -1, CommandFlags flags = CommandFlags.None) => multiplexer.WaitFor(FlushDatabaseAsync(database, flags));

    public Task FlushDatabaseAsync(int database = -1, CommandFlags flags = CommandFlags.None) => Send(multiplexer.DatabaseOf(database), Replies.Ok, "FLUSHDB");

    public IGrouping<string, KeyValuePair<string, string>>[] Info(RedisValue section = default, CommandFlags flags = CommandFlags.None) => multiplexer.WaitFor(InfoAsync(section, flags));

    public Task<IGrouping<string, KeyValuePair<string, string>>[]> InfoAsync(RedisValue section = default, CommandFlags flags = CommandFlags.None)
        => Send(RedisCommand.AnyDatabase, Sections, "INFO", section.IsNullOrEmpty ? [] : [section]);

    public IEnumerable<RedisKey> Keys(int database = -1, RedisValue pattern = default, int pageSize = 250, long cursor = 0, int pageOffset = 0, CommandFlags flags = CommandFlags.None)
        => multiplexer.Iterate(KeysAsync(database, pattern, pageSize, cursor, pageOffset, flags));

    public IAsyncEnumerable<RedisKey> KeysAsync(int database = -1, RedisValue pattern = default, int pageSize = 250, long cursor = 0, int pageOffset = 0, CommandFlags flags = CommandFlags.None)
        => Scan.Run(
            from => Send(multiplexer.DatabaseOf(database), Replies.Page, "SCAN", [from, .. Scan.Options(pattern, pageSize)]),
            page => Array.ConvertAll(Replies.Values(page), value => (RedisKey)(byte[]?)value),
            cursor,
            pageOffset);

    private static IGrouping<string, KeyValuePair<string, string>>[] Sections(RespReply reply)
    {
        var section = "";
        List<(string Section, KeyValuePair<string, string> Fact)> facts = [];
        foreach (var line in reply.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':');
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                section = line[2..];
            }
            else if (colon > 0)
            {
                facts.Add((section, KeyValuePair.Create(line[..colon], line[(colon + 1)..])));
            }
        }

        return [.. facts.GroupBy(fact => fact.Section, fact => fact.Fact)];
    }

    private Task<T> Send<T>(int database, Func<RespReply, T> map, string name, params RedisValue[] arguments)
    {
        multiplexer.CheckAllowed(name);
        var command = new RedisCommand<T>(name, arguments, database, map);
        multiplexer.Link.Send(command);
        return command.Task;
    }
}
