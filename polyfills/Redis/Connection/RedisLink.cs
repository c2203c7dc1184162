using System.Net;
using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Connection;

/// <summary>
/// The one multiplexed connection, kept alive. Commands wait in one queue; a writer thread moves them to the list of those sent, in the
/// order of their bytes; the link's thread connects, then reads replies and matches them to that list. The threads are its own, so that
/// callers who block every pool thread cannot keep their own replies from arriving. All shared state is under one lock.
/// </summary>
internal sealed class RedisLink : IDisposable
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

    private void Run()
    {
        for (var round = 0; Connect(round) is { } socket; round++)
        {
            var writer = new Thread(() => Write(socket)) { IsBackground = true, Name = "redis writer" };
            writer.Start();
            var failure = ReadUntilFailure(socket);
            lock (_gate)
            {
                _socket = null;
                _lastFailure = failure;
                Monitor.PulseAll(_gate);
            }

            socket.Dispose();
            writer.Join();
            FailAll(_sent, command => new RedisConnectionException(
                failure.FailureType, $"{failure.FailureType} on {Describe(socket.EndPoint)} while waiting for the reply to {command}: {failure.Message}", failure, CommandStatus.Sent));
            if (!IsDisposed())
            {
                ThreadPool.QueueUserWorkItem(_ => Failed?.Invoke(this, socket.EndPoint, failure));
            }
        }

        FailAll(_queue, command => new ObjectDisposedException(nameof(ConnectionMultiplexer), $"The connection was closed before {command} was sent."));
        _firstRound.TrySetResult();
        _stopped.TrySetResult();
    }

    /// <summary>Tries until there is a connection; null when the link is disposed.</summary>
    private RedisSocket? Connect(int round)
    {
        var lastAttempt = Environment.TickCount64;
        for (long attempt = 0; ; attempt++)
        {
            if (attempt > 0 && !WaitForRetry(round, attempt, lastAttempt))
            {
                return null;
            }

            lastAttempt = Environment.TickCount64;
            foreach (var endPoint in _options.EndPoints)
            {
                try
                {
                    if (Adopt(RedisSocket.Connect(endPoint, _options, _disposing.Token), restored: round > 0 || attempt > 0))
                    {
                        return _socket;
                    }
                }
                catch (Exception exception)
                {
                    lock (_gate)
                    {
                        _lastFailure = exception as RedisConnectionException
                            ?? new RedisConnectionException(ConnectionFailureType.UnableToConnect, $"{Describe(endPoint)}: {exception.Message}", exception);
                    }
                }

                if (IsDisposed())
                {
                    return null;
                }
            }

            var final = !_options.AbortOnConnectFail || attempt + 1 >= _options.ConnectRetry || LastFailure is { FailureType: ConnectionFailureType.AuthenticationFailure };
            if (final)
            {
                _firstRound.TrySetResult();
            }
        }
    }

    private bool WaitForRetry(int round, long attempt, long lastAttempt)
    {
        lock (_gate)
        {
            // The first round is somebody waiting for Connect: its attempts follow each other quickly.
            while (!_disposed)
            {
                var elapsed = (int)Math.Min(Environment.TickCount64 - lastAttempt, int.MaxValue);
                if (round == 0 && !_firstRound.Task.IsCompleted ? elapsed >= RetryStep : _options.ReconnectRetryPolicy.ShouldRetry(attempt - 1, elapsed))
                {
                    return true;
                }

                Monitor.Wait(_gate, RetryStep);
            }

            return false;
        }
    }

    private bool Adopt(RedisSocket socket, bool restored)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _socket = socket;
            }
        }

        if (Socket is null)
        {
            socket.Dispose();
            return false;
        }

        _firstRound.TrySetResult();
        if (restored)
        {
            ThreadPool.QueueUserWorkItem(_ => Restored?.Invoke(this, socket.EndPoint));
        }

        return true;
    }

    private RedisConnectionException ReadUntilFailure(RedisSocket socket)
    {
        try
        {
            while (true)
            {
                var reply = socket.Read();
                RedisCommand? command;
                lock (_gate)
                {
                    _sent.TryDequeue(out command);
                }

                (command ?? throw new RespException("A reply came that no command waits for.")).Complete(reply);
                if (command is SelectCommand)
                {
                    lock (_gate)
                    {
                        Monitor.PulseAll(_gate);
                    }
                }
            }
        }
        catch (RespException exception)
        {
            return new RedisConnectionException(ConnectionFailureType.ProtocolFailure, "The server sent what is not RESP: " + exception.Message, exception);
        }
        catch (EndOfStreamException exception)
        {
            return new RedisConnectionException(ConnectionFailureType.SocketClosed, exception.Message, exception);
        }
        catch (Exception exception)
        {
            return new RedisConnectionException(IsDisposed() ? ConnectionFailureType.ConnectionDisposed : ConnectionFailureType.SocketFailure, exception.Message, exception);
        }
    }

    private void Write(RedisSocket socket)
    {
        var databases = new DatabaseSwitch();
        try
        {
            while (Next(socket, databases) is { } command)
            {
                socket.Writer.Write(command.Name, command.Arguments);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The reader meets the same end, and tells why.
            socket.Dispose();
        }
    }

    /// <summary>The next command to write, already among those sent; flushes when there is none, then waits. Null when the connection is gone.</summary>
    private RedisCommand? Next(RedisSocket socket, DatabaseSwitch databases)
    {
        while (true)
        {
            lock (_gate)
            {
                while (_socket == socket && !_disposed)
                {
                    if (Take(databases) is { } command)
                    {
                        command.Status = CommandStatus.Sent;
                        _sent.Enqueue(command);
                        return command;
                    }

                    if (socket.Writer.HasUnflushed)
                    {
                        break;
                    }

                    Monitor.Wait(_gate);
                }

                if (_socket != socket || _disposed)
                {
                    return null;
                }
            }

            socket.Writer.Flush();
        }
    }

    /// <summary>The head of the queue, or the SELECT that must come before it; null when there is nothing to write yet.</summary>
    private RedisCommand? Take(DatabaseSwitch databases)
    {
        while (_queue.TryPeek(out var command))
        {
            if (command.IsDone && !command.IsPart)
            {
                _queue.Dequeue();
                continue;
            }

            switch (databases.Before(command, out var select))
            {
                case DatabaseSwitch.Step.Go:
                    return _queue.Dequeue();
                case DatabaseSwitch.Step.Refuse:
                    _queue.Dequeue().Fail(select!.Task.Exception!.InnerException!);
                    continue;
                case DatabaseSwitch.Step.Select:
                    return select;
                default:
                    return null;
            }
        }

        return null;
    }

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

    /// <summary>Fails what waited too long, probes a quiet connection, drops a dead one.</summary>
    private void Beat()
    {
        var now = Environment.TickCount64;
        List<RedisCommand> late = [];
        RedisSocket? stalled = null;
        lock (_gate)
        {
            // Both queues are in order of age: looking ends at the first one in time.
            late.AddRange(_sent.TakeWhile(command => now - command.QueuedAt >= command.Timeout).Where(command => !command.IsDone));
            late.AddRange(_queue.TakeWhile(command => now - command.QueuedAt >= command.Timeout).Where(command => !command.IsDone));
            if (_socket is { } socket)
            {
                var quiet = now - socket.LastRead;
                var keepAlive = 1000L * (_options.KeepAlive > 0 ? _options.KeepAlive : DefaultKeepAlive);
                stalled = _sent.TryPeek(out var oldest) && Math.Min(quiet, now - oldest.QueuedAt) > (long)StallFactor * _options.AsyncTimeout ? socket : null;
                if (quiet > keepAlive && _sent.Count == 0 && _queue.Count == 0)
                {
                    Enqueue(new RedisCommand<bool>("PING", [], RedisCommand.AnyDatabase, _ => true));
                }
            }
            else
            {
                // Nothing will take them from the queue.
                while (_queue.TryPeek(out var command) && now - command.QueuedAt >= command.Timeout)
                {
                    _queue.Dequeue();
                }
            }
        }

        foreach (var command in late)
        {
            command.Fail(TimeoutOf(command));
        }

        stalled?.Dispose();
    }
}
