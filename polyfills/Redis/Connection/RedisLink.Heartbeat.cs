namespace StackExchange.Redis.Connection;

/// <content>What happens only because time passes.</content>
internal sealed partial class RedisLink
{
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
