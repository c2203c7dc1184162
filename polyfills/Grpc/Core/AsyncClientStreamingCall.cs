using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Many requests, one response.</summary>
public sealed class AsyncClientStreamingCall<TRequest, TResponse>(
    IClientStreamWriter<TRequest> requestStream,
    Task<TResponse> responseAsync,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    public IClientStreamWriter<TRequest> RequestStream { get; } = requestStream;

    public Task<TResponse> ResponseAsync { get; } = responseAsync;

    /// <summary>Complete when the server has sent its headers, which may be before the first message.</summary>
    public Task<Metadata> ResponseHeadersAsync { get; } = responseHeadersAsync;

    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) => ResponseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>The status of the ended call; throws <see cref="InvalidOperationException"/> before.</summary>
    public Status GetStatus() => getStatusFunc();

    /// <summary>The trailers of the ended call; throws <see cref="InvalidOperationException"/> before.</summary>
    public Metadata GetTrailers() => getTrailersFunc();

    /// <summary>Ends a call that is still running as cancelled.</summary>
    public void Dispose() => disposeAction();
}
