using System.Net.Http;
using Grpc.Core;
using Grpc.Net.Client;

namespace KdCluster.Client.Connections;

/// <summary>One connection per address, and which of them is in use. A silo that fails is left; the one in use stays until it fails as well.</summary>
internal sealed class SiloChannels : IDisposable
{
    private readonly SiloChannel[] _silos;
    private int _current;

    /// <exception cref="KdException"><c>KD1340</c>: the options are wrong.</exception>
    public SiloChannels(KdClientOptions options)
    {
        options.Check();
        _silos = [.. options.Addresses.Select(a => new SiloChannel(a, Open(a, options)))];
    }

    public int Count => _silos.Length;

    public SiloChannel Current => _silos[Volatile.Read(ref _current)];

    /// <summary>Leaves a silo that failed.</summary>
    /// <returns>The one to ask now.</returns>
    public SiloChannel Leave(SiloChannel failed)
    {
        int at = Array.IndexOf(_silos, failed);
        Interlocked.CompareExchange(ref _current, (at + 1) % _silos.Length, at);
        return Current;
    }

    public void Dispose()
    {
        foreach (SiloChannel silo in _silos)
        {
            silo.Channel.Dispose();
        }
    }

    private static GrpcChannel Open(string address, KdClientOptions options)
    {
        SocketsHttpHandler handler = new()
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAlive,
            KeepAlivePingTimeout = options.KeepAlive,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        ClientTls.Apply(options, handler.SslOptions);
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxMessageBytes,
            MaxSendMessageSize = options.MaxMessageBytes,
        });
    }
}

/// <summary>The connection to one address.</summary>
internal sealed class SiloChannel(string address, GrpcChannel channel)
{
    public string Address => address;

    public GrpcChannel Channel => channel;

    public CallInvoker Invoker { get; } = channel.CreateCallInvoker();
}
