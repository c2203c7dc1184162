using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis.Commands;
using StackExchange.Redis.Connection;

namespace StackExchange.Redis;

/// <summary>One connection, shared by all callers; it comes back by itself when it is lost.</summary>
public sealed class ConnectionMultiplexer : IConnectionMultiplexer
{
    /// <summary>Commands that manage a server.</summary>
    private static readonly HashSet<string> _admin =
    [
        "BGREWRITEAOF", "BGSAVE", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "FLUSHALL", "FLUSHDB", "INFO", "KEYS", "MONITOR",
        "REPLICAOF", "SAVE", "SHUTDOWN", "SLAVEOF", "SLOWLOG", "SWAPDB", "SYNC",
    ];

    private readonly ConfigurationOptions _options;
    private readonly ConcurrentDictionary<string, bool> _scripts = new();

    private ConnectionMultiplexer(ConfigurationOptions options)
    {
        _options = options;
        Link = new RedisLink(options);
        Link.Failed += (_, endPoint, failure) => ConnectionFailed?.Invoke(this, Event(endPoint, failure.FailureType, failure));
        Link.Restored += (_, endPoint) => ConnectionRestored?.Invoke(this, Event(endPoint, ConnectionFailureType.None, null));
    }

    public event EventHandler<ConnectionFailedEventArgs>? ConnectionFailed;

    public event EventHandler<ConnectionFailedEventArgs>? ConnectionRestored;

    public string ClientName => _options.ClientName ?? Environment.MachineName;

    public string Configuration => _options.ToString(includePassword: false);

    public bool IsConnected => Link.IsConnected;

    public long OperationCount => Link.Operations;

    public int TimeoutMilliseconds => _options.SyncTimeout;

    internal RedisLink Link { get; }

    public static ConnectionMultiplexer Connect(string configuration, TextWriter? log = null) => Connect(ConfigurationOptions.Parse(configuration), log);

    public static ConnectionMultiplexer Connect(ConfigurationOptions configuration, TextWriter? log = null) => ConnectAsync(configuration, log).GetAwaiter().GetResult();

    public static Task<ConnectionMultiplexer> ConnectAsync(string configuration, TextWriter? log = null) => ConnectAsync(ConfigurationOptions.Parse(configuration), log);

    /// <exception cref="RedisConnectionException">No server answers, or none lets the user in, and <see cref="ConfigurationOptions.AbortOnConnectFail"/> is set.</exception>
    public static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration, TextWriter? log = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.EndPoints.Count == 0)
        {
            throw new ArgumentException("No endpoints specified.", nameof(configuration));
        }

        var multiplexer = new ConnectionMultiplexer(configuration.Clone());
        await multiplexer.Link.FirstRound.ConfigureAwait(false);
        log?.WriteLine(multiplexer.GetStatus());
        if (multiplexer.IsConnected || !configuration.AbortOnConnectFail)
        {
            return multiplexer;
        }

        var failure = multiplexer.Link.LastFailure;
        multiplexer.Dispose();
        var why = failure?.FailureType == ConnectionFailureType.AuthenticationFailure
            ? "There was an authentication failure; check that passwords (or client certificates) are configured correctly"
            : "Error connecting right now. To allow this multiplexer to continue retrying until it's able to connect, use abortConnect=false in your connection string or AbortOnConnectFail=false; in your code";
        throw new RedisConnectionException(
            failure?.FailureType ?? ConnectionFailureType.UnableToConnect, $"It was not possible to connect to the redis server(s). {why}. {failure?.Message}", failure);
    }

    public IDatabase GetDatabase(int db = -1, object? asyncState = null) => new RedisDatabase(this, DatabaseOf(db));

    public EndPoint[] GetEndPoints(bool configuredOnly = false) => [.. _options.EndPoints];

    public IServer GetServer(EndPoint endpoint, object? asyncState = null) => _options.EndPoints.Contains(endpoint)
        ? new RedisServer(this, endpoint)
        : throw new ArgumentException("The specified endpoint is not defined", nameof(endpoint));

    public IServer[] GetServers() => [.. _options.EndPoints.Select(endPoint => GetServer(endPoint))];

    public string GetStatus() => Link.Status();

    public void Close(bool allowCommandsToComplete = true) => CloseAsync(allowCommandsToComplete).GetAwaiter().GetResult();

    public async Task CloseAsync(bool allowCommandsToComplete = true)
    {
        if (allowCommandsToComplete)
        {
            await Link.DrainAsync().ConfigureAwait(false);
        }

        Link.Dispose();
        await Link.Stopped.ConfigureAwait(false);
    }

    public void Dispose() => Close();

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    internal int DatabaseOf(int db) => db >= 0 ? db : _options.DefaultDatabase ?? 0;

    internal void CheckAllowed(string command)
    {
        if (!_options.AllowAdmin && _admin.Contains(command))
        {
            throw new RedisCommandException($"This operation is not available unless admin mode is enabled: {command}");
        }
    }

    /// <summary>Whether a script has been sent before; false the first time.</summary>
    internal bool KnowsScript(string script) => !_scripts.TryAdd(script, true);

    internal void WaitFor(Task task)
    {
        var command = task.AsyncState as RedisCommand;
        if (command is not null)
        {
            command.Timeout = _options.SyncTimeout;
        }

        if (Task.WaitAny([task], _options.SyncTimeout) < 0)
        {
            throw command is null
                ? new RedisTimeoutException($"Timeout after {_options.SyncTimeout} ms. {GetStatus()}", CommandStatus.Unknown)
                : Link.TimeoutOf(command);
        }

        task.GetAwaiter().GetResult();
    }

    internal T WaitFor<T>(Task<T> task)
    {
        WaitFor((Task)task);
        return task.Result;
    }

    /// <summary>A scan for who cannot await: each page is waited for as a synchronous command is.</summary>
    internal IEnumerable<T> Iterate<T>(IAsyncEnumerable<T> items)
    {
        var enumerator = items.GetAsyncEnumerator();
        while (true)
        {
            var moved = enumerator.MoveNextAsync();
            if (!(moved.IsCompletedSuccessfully ? moved.Result : WaitFor(moved.AsTask())))
            {
                yield break;
            }

            yield return enumerator.Current;
        }
    }

    private ConnectionFailedEventArgs Event(EndPoint? endPoint, ConnectionFailureType failure, Exception? exception)
        => new(this, endPoint, ConnectionType.Interactive, failure, exception, EndPointCollection.ToString(endPoint));
}
