using StackExchange.Redis.Connection;

namespace StackExchange.Redis.Commands;

/// <summary>Collects commands, then sends them as one.</summary>
internal sealed class RedisBatch(ConnectionMultiplexer multiplexer, int database) : RedisCommands(multiplexer, database), IBatch
{
    private readonly List<RedisCommand> _commands = [];

    protected override bool SendsNow => false;

    public void Execute()
    {
        RedisCommand[] commands;
        lock (_commands)
        {
            commands = [.. _commands];
            _commands.Clear();
        }

        Connection.Link.Send(commands);
    }

    protected override Task<T> Send<T>(RedisCommand<T> command, CommandFlags flags)
    {
        lock (_commands)
        {
            _commands.Add(command);
        }

        return command.Task;
    }
}
