using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

/// <summary>One server and one connection for the tests of a class; each takes keys of its own name.</summary>
public sealed class RedisHost : IAsyncLifetime
{
    public RedisServerProcess Server { get; private set; } = null!;

    public ConnectionMultiplexer Connection { get; private set; } = null!;

    public IDatabase Database => Connection.GetDatabase();

    public async Task InitializeAsync()
    {
        if (RedisServerProcess.IsInstalled)
        {
            Server = await RedisServerProcess.StartAsync();
            Connection = await ConnectionMultiplexer.ConnectAsync(Server.EndPoint + ",allowAdmin=true,syncTimeout=30000");
        }
    }

    public async Task DisposeAsync()
    {
        if (RedisServerProcess.IsInstalled)
        {
            await Connection.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
