using System.Net;
using System.Net.Sockets;
using KdCluster.Cli.Clusters;

namespace KdCluster.Tests.Redis;

/// <summary>The store on Garnet in the process, as <c>kd cluster</c> starts it.</summary>
public sealed class GarnetStoreTests : StoreOnServerTests
{
    private protected override async Task<IStoreServer?> StartServerAsync()
    {
        var server = new GarnetServerHere();
        await server.StartAsync();
        return server;
    }
}

internal sealed class GarnetServerHere : IStoreServer
{
    private GarnetRedis? _garnet;

    public int Port { get; } = FreePort();

    public string Address => $"redis://127.0.0.1:{Port}";

    public Task StartAsync()
    {
        _garnet = GarnetRedis.Start(Port);
        return Task.CompletedTask;
    }

    public async Task KillAsync()
    {
        if (_garnet is not null)
            await _garnet.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
