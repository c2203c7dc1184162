namespace StackExchange.Redis;

/// <summary>Redis, or the way to it, failed.</summary>
public class RedisException : Exception
{
    public RedisException(string message)
        : base(message)
    {
    }

    public RedisException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>There is no connection, or it was lost while a command waited for its reply.</summary>
public sealed class RedisConnectionException : RedisException
{
    public RedisConnectionException(ConnectionFailureType failureType, string message)
        : this(failureType, message, null)
    {
    }

    public RedisConnectionException(ConnectionFailureType failureType, string message, Exception? innerException)
        : this(failureType, message, innerException, CommandStatus.Unknown)
    {
    }

    public RedisConnectionException(ConnectionFailureType failureType, string message, Exception? innerException, CommandStatus commandStatus)
        : base(message, innerException)
    {
        FailureType = failureType;
        CommandStatus = commandStatus;
    }

    public ConnectionFailureType FailureType { get; }

    public CommandStatus CommandStatus { get; }
}

/// <summary>The server refused a command; the message is its error reply.</summary>
public sealed class RedisServerException(string message) : RedisException(message);

/// <summary>A command that cannot be sent as it is.</summary>
public sealed class RedisCommandException : Exception
{
    public RedisCommandException(string message)
        : base(message)
    {
    }
}

/// <summary>No reply in time; the message says what was waiting. The command may still be carried out.</summary>
public sealed class RedisTimeoutException(string message, CommandStatus commandStatus) : TimeoutException(message)
{
    public CommandStatus Commandstatus { get; } = commandStatus;
}
