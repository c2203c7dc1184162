namespace Grpc.Core;

/// <summary>Many requests, many responses, independently.</summary>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse>(
    IClientStreamWriter<TRequest> requestStream,
    IAsyncStreamReader<TResponse> responseStream,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    public IClientStreamWriter<TRequest> RequestStream { get; } = requestStream;

    public IAsyncStreamReader<TResponse> ResponseStream { get; } = responseStream;

    /// <summary>Complete when the server has sent its headers, which may be before the first message.</summary>
    public Task<Metadata> ResponseHeadersAsync { get; } = responseHeadersAsync;

    /// <summary>The status of the ended call; throws <see cref="InvalidOperationException"/> before.</summary>
    public Status GetStatus() => getStatusFunc();

    /// <summary>The trailers of the ended call; throws <see cref="InvalidOperationException"/> before.</summary>
    public Metadata GetTrailers() => getTrailersFunc();

    /// <summary>Ends a call that is still running as cancelled.</summary>
    public void Dispose() => disposeAction();
}
