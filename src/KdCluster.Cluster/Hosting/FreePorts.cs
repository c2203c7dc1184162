using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KdCluster.Cluster.Hosting;

/// <summary>
/// Ports of this machine that nobody listens on. They lie below those that the system gives to outgoing connections: one of these could be handed out between the look and the
/// listening, and a silo that is told its port beforehand would then not start.
/// </summary>
internal static class FreePorts
{
    private const int Lowest = 10_000, Attempts = 1000;
    private const string SystemsOwn = "/proc/sys/net/ipv4/ip_local_port_range";

    /// <exception cref="KdException"><c>KD1605</c>: there are none.</exception>
    public static int[] Take(int count)
    {
        int end = End();
        List<TcpListener> listeners = [];
        try
        {
            for (int attempt = 0; listeners.Count < count; attempt++)
            {
                if (attempt == Attempts)
                {
                    throw new KdException("KD1605", $"no port is free from {Lowest} to {end}.", "127.0.0.1", "Name ports, or end the programs that listen there.");
                }

                if (Listening(Random.Shared.Next(Lowest, end)) is { } listener)
                {
                    listeners.Add(listener);
                }
            }

            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Stop());
        }
    }

    /// <summary>Whether nobody listens there.</summary>
    public static bool IsFree(int port)
    {
        using TcpListener? listener = Listening(port);
        return listener is not null;
    }

    private static TcpListener? Listening(int port)
    {
        TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    /// <summary>Where the system's own begin, if they leave room below.</summary>
    private static int End() =>
        File.Exists(SystemsOwn) && int.TryParse(File.ReadAllText(SystemsOwn).Split('\t')[0], CultureInfo.InvariantCulture, out int first) && first > Lowest + Attempts ? first : IPEndPoint.MaxPort;
}
