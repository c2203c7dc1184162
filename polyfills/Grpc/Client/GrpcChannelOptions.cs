using System.Net.Http;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Options of a channel.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Default: by the address's scheme.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Bytes of one message; null: no limit. Default: no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes of one message; null: no limit. Default: 4 MiB.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Not together with <see cref="HttpHandler"/>. Default: neither, a <see cref="SocketsHttpHandler"/> of the channel's own.</summary>
    public HttpClient? HttpClient { get; set; }

    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing the channel disposes what was given as <see cref="HttpClient"/> or <see cref="HttpHandler"/>. Default: no.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether a call that ends cancelled or late throws <see cref="OperationCanceledException"/> instead of <see cref="RpcException"/>. Default: no.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials are sent over a channel without TLS. Default: no, they are left out.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }
}
