namespace StackExchange.Redis.Connection;

/// <content>The writer thread of one connection.</content>
internal sealed partial class RedisLink
{
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
}
