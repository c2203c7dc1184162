using System.Net;

namespace StackExchange.Redis.Connection;

/// <summary>
/// The one multiplexed connection, kept alive. Commands wait in one queue; a writer thread moves them to the list of those sent, in the
/// order of their bytes; the link's thread connects, then reads replies and matches them to that list. The threads are its own, so that
/// callers who block every pool thread cannot keep their own replies from arriving. All shared state is under one lock.
/// </summary>
internal sealed partial class RedisLink : IDisposable
{
    private const int RetryStep = 50;
    private const int DefaultKeepAlive = 60;
    private const int StallFactor = 4;

    private readonly object _gate = new();
    private readonly Queue<RedisCommand> _queue = new();
    private readonly Queue<RedisCommand> _sent = new();
    private readonly ConfigurationOptions _options;
    private readonly Timer _heartbeat;
    private readonly CancellationTokenSource _disposing = new();
    private readonly TaskCompletionSource _firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RedisSocket? _socket;
    private RedisConnectionException? _lastFailure;
    private long _operations;
    private bool _closing;
    private bool _disposed;

    public RedisLink(ConfigurationOptions options)
    {
        _options = options;
        var period = Math.Clamp(Math.Min(options.AsyncTimeout, options.SyncTimeout) / 4, 20, 500);
        _heartbeat = new Timer(_ => Beat(), null, period, period);
        new Thread(Run) { IsBackground = true, Name = "redis link" }.Start();
    }

    public event Action<RedisLink, EndPoint?, RedisConnectionException>? Failed;

    public event Action<RedisLink, EndPoint>? Restored;

    /// <summary>Done when connected, or when the first round of attempts has failed.</summary>
    public Task FirstRound => _firstRound.Task;

    /// <summary>Done when the link's threads have ended.</summary>
    public Task Stopped => _stopped.Task;

    public bool IsConnected => Socket is not null;

    public Version Version => Socket?.Version ?? new Version(0, 0);

    public RedisConnectionException? LastFailure
    {
        get
        {
            lock (_gate)
            {
                return _lastFailure;
            }
        }
    }

    public long Operations => Interlocked.Read(ref _operations);

    private RedisSocket? Socket
    {
        get
        {
            lock (_gate)
            {
                return _socket;
            }
        }
    }

    /// <summary>Commands in one call stay next to each other on the wire.</summary>
    public void Send(params ReadOnlySpan<RedisCommand> commands)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing || _disposed, typeof(ConnectionMultiplexer));
            Enqueue(commands);
        }
    }

    /// <summary>What a command that got no reply in time says.</summary>
    public Exception TimeoutOf(RedisCommand command)
    {
        lock (_gate)
        {
            var state = $"{command} (timeout {command.Timeout} ms, waited {Environment.TickCount64 - command.QueuedAt} ms, database {command.Database}), "
                + $"queued: {_queue.Count}, sent and unanswered: {_sent.Count}, next reply: {(_sent.TryPeek(out var next) ? next : "none")}, "
                + $"last bytes: {(_socket is null ? "not connected" : $"{Environment.TickCount64 - _socket.LastRead} ms ago")}, server: {Describe(_socket?.EndPoint)}";
            return _socket is null && command.Status != CommandStatus.Sent && _lastFailure is { } failure
                ? new RedisConnectionException(
                    failure.FailureType, $"The message timed out in the backlog attempting to send because no connection became available: {state}. Last failure: {failure.Message}", failure, CommandStatus.WaitingInBacklog)
                : new RedisTimeoutException($"Timeout awaiting response to {state}", command.Status);
        }
    }

    public string Status()
    {
        lock (_gate)
        {
            return $"{Describe(_socket?.EndPoint)}: {(_socket is null ? "disconnected" : "connected")}, queued: {_queue.Count}, sent and unanswered: {_sent.Count}, operations: {_operations}";
        }
    }

    /// <summary>Refuses new commands, and is done when the last one has its answer.</summary>
    public async Task DrainAsync()
    {
        var last = new RedisCommand<bool>("PING", [], RedisCommand.AnyDatabase, _ => true);
        lock (_gate)
        {
            var open = !_closing && !_disposed && _socket is not null;
            _closing = true;
            if (!open)
            {
                return;
            }

            Enqueue(last);
        }

        await ((Task)last.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        _disposing.Cancel();
        _heartbeat.Dispose();
        Socket?.Dispose();
    }

    private void Enqueue(params ReadOnlySpan<RedisCommand> commands)
    {
        foreach (var command in commands)
        {
            command.QueuedAt = Environment.TickCount64;
            command.Timeout = command.Timeout > 0 ? command.Timeout : _options.AsyncTimeout;
            _queue.Enqueue(command);
        }

        _operations += commands.Length;
        Monitor.PulseAll(_gate);
    }

    private static string Describe(EndPoint? endPoint) => endPoint is null ? "none" : EndPointCollection.ToString(endPoint);

    private void FailAll(Queue<RedisCommand> commands, Func<RedisCommand, Exception> exception)
    {
        RedisCommand[] failed;
        lock (_gate)
        {
            failed = [.. commands];
            commands.Clear();
        }

        foreach (var command in failed)
        {
            command.Fail(exception(command));
        }
    }

    private bool IsDisposed()
    {
        lock (_gate)
        {
            return _disposed;
        }
    }
}
