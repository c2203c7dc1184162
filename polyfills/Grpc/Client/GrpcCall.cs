using System.Net.Http;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>
/// One call on its HTTP request. It ends once: with the server's trailers, a broken transport, the deadline, the caller's token or disposal,
/// whichever comes first, and everything that waits on it learns the same status.
/// </summary>
internal sealed class GrpcCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    private readonly GrpcChannel _channel;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Timer? _deadline;
    private readonly CancellationTokenRegistration _canceled;
    private Task<ResponseReader<TResponse>?> _started = null!;
    private HttpContent? _content;
    private HttpResponseMessage? _response;
    private Metadata _trailers = [];
    private Status? _status;
    private volatile bool _disposed;

    public GrpcCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        _channel = channel;
        Method = method;
        _options = options;
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue && deadline != DateTime.MinValue && deadline.Kind != DateTimeKind.Utc)
        {
            throw new InvalidOperationException("Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");
        }

        channel.Track(this);
        _canceled = options.CancellationToken.UnsafeRegister(static state => ((GrpcCall<TRequest, TResponse>)state!).CancelByClient(), this);
        var left = (options.Deadline ?? DateTime.MaxValue) - DateTime.UtcNow;
        if (left <= TimeSpan.Zero)
        {
            Expire();
        }
        else if (left.TotalMilliseconds < uint.MaxValue - 1)
        {
            // Rounded up: a timer counts whole milliseconds, and must not fire before the deadline.
            _deadline = new Timer(static state => ((GrpcCall<TRequest, TResponse>)state!).Expire(), this, (uint)Math.Ceiling(left.TotalMilliseconds), Timeout.Infinite);
        }
    }

    public Method<TRequest, TResponse> Method { get; }

    public Task<Metadata> Headers => _headers.Task;

    public CancellationToken Aborted => _aborted.Token;

    public WriteOptions? WriteOptions => _options.WriteOptions;

    public int? MaxSendMessageSize => _channel.Options.MaxSendMessageSize;

    public void Start(HttpContent content)
    {
        _content = content;
        _started = SendAsync(content);
    }

    /// <summary>The response of a call that does not stream it.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        var response = await ReadNextAsync().ConfigureAwait(false);
        if (response is not null && await ReadNextAsync().ConfigureAwait(false) is not null)
        {
            End(new Status(StatusCode.Internal, "Unexpected data after finished reading message."));
            ThrowIfEnded();
        }

        return response ?? throw Failure(new Status(StatusCode.Internal, "Failed to deserialize response message."));
    }

    /// <summary>The next message, or null when the call has ended well.</summary>
    public async Task<TResponse?> ReadNextAsync()
    {
        try
        {
            var reader = await _started.ConfigureAwait(false);
            if (reader is not null && _status is null)
            {
                if (await reader.ReadAsync(_aborted.Token).ConfigureAwait(false) is { } message)
                {
                    return message;
                }

                EndWithTrailers();
            }
        }
        catch (Exception exception)
        {
            End(StatusOf("Error reading next message.", exception));
        }

        ThrowIfFailed();
        return null;
    }

    public Status GetStatus() => Ended() ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => Ended() is not null ? _trailers : throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public void CancelByClient() => Abort(new Status(StatusCode.Cancelled, "Call canceled by the client."));

    public void Dispose()
    {
        _disposed = true;
        Abort(new Status(StatusCode.Cancelled, "gRPC call disposed."));
    }

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    public void ThrowIfEnded()
    {
        if (Ended() is { } status)
        {
            throw Failure(status);
        }
    }

    /// <summary>What to throw for a failed write: the call's status when it has one.</summary>
    public Exception Failure(string summary, Exception exception) => Failure(Ended() ?? StatusOf(summary, exception));

    private Exception Failure(Status status)
    {
        var failure = new RpcException(status, _trailers);
        return _channel.Options.ThrowOperationCanceledOnCancellation && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded
            ? new OperationCanceledException(failure.Message, failure, _options.CancellationToken)
            : failure;
    }

    private void ThrowIfFailed()
    {
        if (Ended() is { StatusCode: not StatusCode.OK } status)
        {
            throw Failure(status);
        }
    }

    private async Task<ResponseReader<TResponse>?> SendAsync(HttpContent content)
    {
        try
        {
            if (Ended() is not null)
            {
                return null;
            }

            var request = await RequestFactory.CreateAsync(_channel, Method, _options, content, _aborted.Token).ConfigureAwait(false);
            var response = _channel.Invoker is HttpClient client
                ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _aborted.Token).ConfigureAwait(false)
                : await _channel.Invoker.SendAsync(request, _aborted.Token).ConfigureAwait(false);
            if (!Keep(response))
            {
                return null;
            }

            if (ResponseStatus.OfHeaders(response) is { } status)
            {
                End(status, ResponseStatus.Metadata(response.Headers));
                return null;
            }

            var encoding = response.Headers.NonValidated.TryGetValues(HeaderText.Encoding, out var values) ? values.ToString() : null;
            _headers.TrySetResult(ResponseStatus.Metadata(response.Headers));
            var body = await response.Content.ReadAsStreamAsync(_aborted.Token).ConfigureAwait(false);
            return new ResponseReader<TResponse>(body, encoding, _channel.Options.MaxReceiveMessageSize, Method.ResponseMarshaller);
        }
        catch (Exception exception)
        {
            End(StatusOf("Error starting gRPC call.", exception));
            return null;
        }
    }

    private bool Keep(HttpResponseMessage response)
    {
        lock (_gate)
        {
            if (_status is null)
            {
                _response = response;
                return true;
            }
        }

        response.Dispose();
        return false;
    }

    private void EndWithTrailers()
    {
        var trailers = _response!.TrailingHeaders;
        End(ResponseStatus.OfTrailers(trailers) ?? new Status(StatusCode.Cancelled, "No grpc-status found on response."), ResponseStatus.Metadata(trailers));
    }

    private void Expire() => Abort(new Status(StatusCode.DeadlineExceeded, ""));

    private void Abort(Status status)
    {
        if (End(status))
        {
            _aborted.Cancel();
        }
    }

    private Status? Ended()
    {
        lock (_gate)
        {
            return _status;
        }
    }

    /// <summary>False when the call had ended before.</summary>
    private bool End(Status status, Metadata? trailers = null)
    {
        lock (_gate)
        {
            if (_status is not null)
            {
                return false;
            }

            _trailers = trailers ?? _trailers;
            _status = status;
        }

        _canceled.Unregister();
        _deadline?.Dispose();
        _channel.Forget(this);
        if (status.StatusCode is StatusCode.OK || trailers is not null)
        {
            _headers.TrySetResult(_response is null ? [] : ResponseStatus.Metadata(_response.Headers));
        }
        else
        {
            _headers.TrySetException(Failure(status));
            _ = _headers.Task.Exception; // Most callers never ask for headers.
        }

        (_content as OpenContent)?.Complete();
        _response?.Dispose();
        return true;
    }

    private Status StatusOf(string summary, Exception exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current is RpcException rpc)
            {
                return rpc.Status;
            }
        }

        if (exception is OperationCanceledException)
        {
            return new Status(StatusCode.Cancelled, "", exception);
        }

        // A server that enforces the deadline first breaks the stream off, a moment before this side's own timer.
        return _options.Deadline <= DateTime.UtcNow
            ? new Status(StatusCode.DeadlineExceeded, "", exception)
            : new Status(ErrorText.CodeOf(exception), ErrorText.Describe(summary, exception), exception);
    }
}
