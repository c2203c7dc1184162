namespace StackExchange.Redis;

/// <summary>How a command is sent.</summary>
[Flags]
public enum CommandFlags
{
    None = 0,

    /// <summary>Nobody waits: the answer is the default at once, and an error is lost.</summary>
    FireAndForget = 2,
}

/// <summary>When a write happens.</summary>
public enum When
{
    Always,
    Exists,
    NotExists,
}

/// <summary>How far a failed command had got; one that was sent may have been carried out.</summary>
public enum CommandStatus
{
    Unknown,
    WaitingToBeSent,
    Sent,
    WaitingInBacklog,
}

/// <summary>Why a connection failed.</summary>
public enum ConnectionFailureType
{
    None = 0,
    UnableToResolvePhysicalConnection = 1,
    SocketFailure = 2,
    AuthenticationFailure = 3,
    ProtocolFailure = 4,
    InternalFailure = 5,
    SocketClosed = 6,
    ConnectionDisposed = 7,
    Loading = 8,
    UnableToConnect = 9,
}

/// <summary>What a connection is for.</summary>
public enum ConnectionType
{
    None = 0,
    Interactive = 1,
    Subscription = 2,
}
