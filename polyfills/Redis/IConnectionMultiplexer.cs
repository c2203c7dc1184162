using System.Net;

namespace StackExchange.Redis;

/// <summary>One connection, shared by all callers.</summary>
public interface IConnectionMultiplexer : IDisposable, IAsyncDisposable
{
    event EventHandler<ConnectionFailedEventArgs> ConnectionFailed;

    event EventHandler<ConnectionFailedEventArgs> ConnectionRestored;

    string ClientName { get; }

    string Configuration { get; }

    bool IsConnected { get; }

    long OperationCount { get; }

    /// <summary>Milliseconds that a synchronous command waits.</summary>
    int TimeoutMilliseconds { get; }

    IDatabase GetDatabase(int db = -1, object? asyncState = null);

    EndPoint[] GetEndPoints(bool configuredOnly = false);

    IServer GetServer(EndPoint endpoint, object? asyncState = null);

    IServer[] GetServers();

    string GetStatus();

    void Close(bool allowCommandsToComplete = true);

    Task CloseAsync(bool allowCommandsToComplete = true);
}
