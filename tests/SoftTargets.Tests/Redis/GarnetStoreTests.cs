using System.Net;
using System.Net.Sockets;
using KdCluster.Cli.Clusters;
using KdCluster.SoftTargets;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Redis;

/// <summary>The store on Garnet in the process, as <c>kd cluster</c> starts it.</summary>
public sealed class GarnetStoreTests : StoreOnServerTests
{
    private protected override async Task<IStoreServer?> StartServerAsync()
    {
        var server = new GarnetServerHere(256 << 20);
        await server.StartAsync();
        return server;
    }

    [Fact]
    public async Task What_does_not_fit_in_memory_is_kept_on_disk()
    {
        await using var small = new GarnetServerHere(64 << 20);
        await small.StartAsync();
        await using RedisStore store = RedisStore.Open(small.Address, Warnings.Add, TimeProvider.System);
        SoftTargetSet set = Rows.Set(1024);
        const int rows = 48 << 10;
        for (int first = 0; first < rows; first += 512)
            await store.PutAsync(set, Rows.Keys(first, 512), new byte[512 * set.RowBytes], default);
        Assert.Equal(new StoreVerification(rows, 0, 0), await store.VerifyAsync(repair: false, default));
        Assert.Equal(0, (await store.StatsAsync(default)).Dropped);
    }
}

internal sealed class GarnetServerHere(long memory) : IStoreServer
{
    private readonly TempFolder _folder = new();
    private GarnetRedis? _garnet;

    public int Port { get; } = FreePort();

    public string Address => $"redis://127.0.0.1:{Port}";

    public Task StartAsync()
    {
        _garnet = GarnetRedis.Start(Port, Path.Combine(_folder.Path, "garnet"), memory);
        return Task.CompletedTask;
    }

    public async Task KillAsync()
    {
        if (_garnet is not null)
            await _garnet.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
