using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Connection;

/// <content>The link's thread: connects, reads replies, connects again.</content>
internal sealed partial class RedisLink
{
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
}
