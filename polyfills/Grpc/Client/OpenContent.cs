using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>A request body that stays open for a writer until it is completed.</summary>
internal sealed class OpenContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OpenContent()
    {
        Headers.ContentType = new MediaTypeHeaderValue(HeaderText.ContentType);
    }

    /// <summary>The body, once the connection has taken the request; cancelled when the call ended before.</summary>
    public Task<Stream> Stream => _stream.Task;

    public void Complete()
    {
        _completed.TrySetResult();
        _stream.TrySetCanceled();
    }

    /// <summary>Ends the body, but only after the connection has taken the request.</summary>
    public void CompleteAfterStart() => _completed.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers go out now: the server may answer before the first message.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        _stream.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
