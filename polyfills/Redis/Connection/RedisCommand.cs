using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Connection;

/// <summary>One command on its way: its bytes, and what waits for its reply.</summary>
internal abstract class RedisCommand(string name, RedisValue[] arguments, int database)
{
    /// <summary>For commands that do not care about the database.</summary>
    public const int AnyDatabase = -1;

    public string Name => name;

    public RedisValue[] Arguments => arguments;

    public int Database => database;

    /// <summary>When it was queued, in <see cref="Environment.TickCount64"/>.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Milliseconds.</summary>
    public int Timeout { get; set; }

    public CommandStatus Status { get; set; } = CommandStatus.WaitingToBeSent;

    /// <summary>A part of a transaction is sent even when nobody waits for it any longer.</summary>
    public virtual bool IsPart => false;

    public abstract bool IsDone { get; }

    public abstract void Complete(RespReply reply);

    public abstract void Fail(Exception exception);

    /// <summary>The command and its first argument, which is nearly always the key; never a password.</summary>
    public override string ToString() => arguments.Length == 0 || name == "AUTH" ? name : $"{name} {Shortened(arguments[0].ToString())}";

    private static string Shortened(string text) => text.Length <= 64 ? text : text[..64] + "...";
}

/// <summary>A command whose reply becomes a <typeparamref name="T"/>.</summary>
internal class RedisCommand<T> : RedisCommand
{
    private readonly TaskCompletionSource<T> _completion;
    private readonly Func<RespReply, T> _map;

    public RedisCommand(string name, RedisValue[] arguments, int database, Func<RespReply, T> map)
        : base(name, arguments, database)
    {
        _map = map;
        // The task leads back to its command, for who waits on it and must say what for.
        _completion = new TaskCompletionSource<T>(this, TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Task<T> Task => _completion.Task;

    public override bool IsDone => _completion.Task.IsCompleted;

    public override void Complete(RespReply reply)
    {
        if (reply.Kind == RespKind.Error)
        {
            Fail(new RedisServerException(reply.Text));
            return;
        }

        try
        {
            _completion.TrySetResult(_map(reply));
        }
        catch (Exception exception)
        {
            Fail(new RedisConnectionException(ConnectionFailureType.ProtocolFailure, $"Unexpected response to {this}: {reply.Kind}.", exception));
        }
    }

    public override void Fail(Exception exception)
    {
        _completion.TrySetException(exception);
        // Nobody need look: fire-and-forget, or a caller that stopped waiting.
        _ = _completion.Task.Exception;
    }
}
