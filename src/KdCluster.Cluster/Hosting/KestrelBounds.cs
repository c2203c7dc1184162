using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KdCluster.Cluster.Hosting;

/// <summary>
/// What one connection may take of a silo. Streams are cheap and long (a watched run, a trainer's pipelined requests), headers are small, and who sends
/// or reads nothing for long is let go.
/// </summary>
internal static class KestrelBounds
{
    /// <summary>Bytes of one gRPC message, either way.</summary>
    public const int MessageBytes = 64 << 20;

    /// <summary>Calls at the same time on one connection; a client opens another connection for more.</summary>
    public const int Streams = 256;

    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = 4096;
        // A unary call's whole body: one message and the frame around it. Streaming calls have no such bound.
        limits.MaxRequestBodySize = MessageBytes + 1024;
        limits.MaxRequestHeadersTotalSize = 32 << 10;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // A body that trickles holds memory; streaming calls, which may be silent for hours, are not measured.
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.Http2.MaxStreamsPerConnection = Streams;
        limits.Http2.MaxRequestHeaderFieldSize = 16 << 10;
        // A client that is frozen or cut off keeps its streams, and what they hold, no longer than this.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
    }
}
