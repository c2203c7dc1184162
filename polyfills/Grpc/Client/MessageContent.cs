using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>A request of one message, serialised when the connection is ready for it.</summary>
internal sealed class MessageContent<T> : HttpContent
{
    private readonly T _message;
    private readonly Marshaller<T> _marshaller;
    private readonly int? _limit;

    public MessageContent(T message, Marshaller<T> marshaller, int? limit)
    {
        _message = message;
        _marshaller = marshaller;
        _limit = limit;
        Headers.ContentType = new MediaTypeHeaderValue(HeaderText.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer();
        FrameWriter.Write(buffer, _message, _marshaller, _limit);
        await stream.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
