using StackExchange.Redis.Connection;
using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Commands;

/// <summary>Collects commands, then sends them between MULTI and EXEC; the replies come with EXEC's.</summary>
internal sealed class RedisTransaction(ConnectionMultiplexer multiplexer, int database) : RedisCommands(multiplexer, database), ITransaction
{
    private readonly List<Part> _parts = [];

    protected override bool SendsNow => false;

    void IBatch.Execute() => Execute(CommandFlags.None);

    public bool Execute(CommandFlags flags = CommandFlags.None) => Connection.WaitFor(ExecuteAsync(flags));

    public Task<bool> ExecuteAsync(CommandFlags flags = CommandFlags.None)
    {
        Part[] parts;
        lock (_parts)
        {
            parts = [.. _parts];
            _parts.Clear();
        }

        if (parts.Length == 0)
        {
            return Task.FromResult(true);
        }

        var multi = new Part(new RedisCommand<bool>("MULTI", [], Database, Replies.Flag));
        var exec = new Exec(parts, Database);
        Connection.Link.Send([multi, .. parts, exec]);
        return flags.HasFlag(CommandFlags.FireAndForget) ? Task.FromResult(false) : exec.Task;
    }

    protected override Task<T> Send<T>(RedisCommand<T> command, CommandFlags flags)
    {
        lock (_parts)
        {
            _parts.Add(new Part(command));
        }

        return command.Task;
    }

    /// <summary>Answered twice: with QUEUED, or why not, and through EXEC.</summary>
    private sealed class Part(RedisCommand inner) : RedisCommand(inner.Name, inner.Arguments, inner.Database)
    {
        public override bool IsPart => true;

        public override bool IsDone => inner.IsDone;

        public RedisCommand Inner => inner;

        public override void Complete(RespReply reply)
        {
            if (reply.Kind == RespKind.Error)
            {
                inner.Complete(reply);
            }
        }

        public override void Fail(Exception exception) => inner.Fail(exception);
    }

    private sealed class Exec(Part[] parts, int database) : RedisCommand<bool>("EXEC", [], database, reply => !reply.IsNull)
    {
        public override bool IsPart => true;

        public override void Complete(RespReply reply)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                if (reply.Items is { } items && i < items.Length)
                {
                    parts[i].Inner.Complete(items[i]);
                }
                else if (reply.Kind == RespKind.Error)
                {
                    parts[i].Inner.Complete(reply);
                }
                else
                {
                    parts[i].Inner.Fail(new TaskCanceledException("The transaction was given up."));
                }
            }

            base.Complete(reply);
        }

        public override void Fail(Exception exception)
        {
            foreach (var part in parts)
            {
                part.Fail(exception);
            }

            base.Fail(exception);
        }
    }
}
