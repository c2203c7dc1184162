using System.Net;
using Garnet;
using Garnet.server;
using Tsavorite.core;

namespace KdCluster.Cli.Clusters;

/// <summary>Microsoft's Garnet in this process, on a loopback port: what speaks Redis where no redis-server is installed. What it holds is gone when it stops.</summary>
internal sealed class GarnetRedis : IAsyncDisposable
{
    private readonly GarnetServer _server;

    private readonly string _folder;

    private GarnetRedis(GarnetServer server, string folder) => (_server, _folder) = (server, folder);

    /// <summary>What it holds in memory by default, a quarter of the machine's.</summary>
    public static long UsualMemory { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>Starts it.</summary>
    /// <param name="port">A free port of this machine.</param>
    /// <param name="folder">Where what no longer fits in memory lies; emptied now, and deleted at the end.</param>
    /// <param name="memory">Bytes in memory at most.</param>
    public static GarnetRedis Start(int port, string folder, long memory)
    {
        Clear(folder);
        var server = new GarnetServer(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
            EnableLua = true,
            // Else scripts of several connections run at the same time, and appends of two silos lie over one another.
            LuaTransactionMode = true,
            LuaOptions = new LuaOptions(),
            LogMemorySize = $"{memory >> 20}m",
            // Without a disk below it, it drops what was written first, such as a set's description, and says nothing.
            EnableStorageTier = true,
            LogDir = folder,
            DeviceType = DeviceType.RandomAccess,
            IndexMemorySize = "16m",
            QuietMode = true,
        });
        server.Start();
        return new GarnetRedis(server, folder);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        Clear(_folder);
        return default;
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
