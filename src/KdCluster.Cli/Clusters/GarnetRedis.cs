using System.Net;
using Garnet;
using Garnet.server;

namespace KdCluster.Cli.Clusters;

/// <summary>Microsoft's Garnet in this process, on a loopback port: what speaks Redis where no redis-server is installed. It keeps everything in memory.</summary>
internal sealed class GarnetRedis : IAsyncDisposable
{
    private readonly GarnetServer _server;

    private GarnetRedis(GarnetServer server) => _server = server;

    /// <summary>What it holds at most, a quarter of the machine's memory; beyond, what was used longest ago goes, and is a miss of the store.</summary>
    public static long MostBytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>Starts it.</summary>
    /// <param name="port">A free port of this machine.</param>
    public static GarnetRedis Start(int port)
    {
        var server = new GarnetServer(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
            EnableLua = true,
            // Else scripts of several connections run at the same time, and appends of two silos lie over one another.
            LuaTransactionMode = true,
            LuaOptions = new LuaOptions(),
            LogMemorySize = $"{MostBytes >> 20}m",
            IndexMemorySize = "16m",
            QuietMode = true,
        });
        server.Start();
        return new GarnetRedis(server);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return default;
    }
}
