using System.Net.Sockets;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>
/// One call on its HTTP request. Its response has one writer at a time, and one end: the method's return, or the deadline, whichever comes first.
/// A deadline that comes during a write cancels the write, and the end follows it.
/// </summary>
internal sealed class HttpServerCallContext : ServerCallContext
{
    private const int InternalError = 2; // HTTP/2 error code

    private readonly Lock _gate = new();
    private readonly ServerSettings _settings;
    private readonly CancellationTokenSource? _cancellation;
    private readonly ITimer? _timer;
    private Metadata? _requestHeaders;
    private Task _expiry = Task.CompletedTask;
    private bool _writing;
    private bool _expired;
    private bool _ended;

    public HttpServerCallContext(HttpContext http, ServerSettings settings)
    {
        HttpContext = http;
        _settings = settings;
        if (!TimeoutText.TryParse(http.Request.Headers[HeaderText.Timeout].ToString(), out var timeout))
        {
            return;
        }

        var now = settings.Time.GetUtcNow().UtcDateTime;
        if (timeout >= DateTime.MaxValue - now)
        {
            return;
        }

        DeadlineCore = now + timeout;
        if (timeout.TotalMilliseconds < uint.MaxValue - 1)
        {
            _cancellation = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            _timer = settings.Time.CreateTimer(static state => ((HttpServerCallContext)state!).Expire(), this, timeout, Timeout.InfiniteTimeSpan);
        }
    }

    public HttpContext HttpContext { get; }

    public bool IsEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    protected override string MethodCore => HttpContext.Request.Path.Value!;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore => HttpContext.Connection.RemoteIpAddress is not { } address
        ? "unknown"
        : address.AddressFamily is AddressFamily.InterNetwork
            ? $"ipv4:{address}:{HttpContext.Connection.RemotePort}"
            : $"ipv6:[{address}]:{HttpContext.Connection.RemotePort}";

    protected override DateTime DeadlineCore { get; } = DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore => _cancellation?.Token ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    /// <summary>Takes the response for one write.</summary>
    public void BeginWrite()
    {
        lock (_gate)
        {
            if (_ended || CancellationToken.IsCancellationRequested)
            {
                throw new InvalidOperationException("Can't write the message because the request is complete.");
            }

            _writing = !_writing
                ? true
                : throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }
    }

    public Task EndWriteAsync()
    {
        lock (_gate)
        {
            _writing = false;
            if (_expired && !_ended)
            {
                _ended = true;
                _expiry = SendExpiryAsync();
            }

            return _expiry;
        }
    }

    /// <summary>Breaks the stream off, for a response that can no longer be made whole.</summary>
    public void Reset() => HttpContext.Features.Get<IHttpResetFeature>()?.Reset(InternalError);

    /// <summary>Ends the call with what its method threw, or with <see cref="ServerCallContext.Status"/>.</summary>
    public async Task EndAsync(Exception? error)
    {
        bool mine;
        lock (_gate)
        {
            mine = !_ended;
            _ended = true;
        }

        if (mine)
        {
            WriteTrailers(error is null ? StatusCore : StatusOf(error));
        }

        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _expiry;
        _cancellation?.Dispose();
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (HttpContext.Response.HasStarted)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        BeginWrite();
        try
        {
            foreach (var entry in responseHeaders)
            {
                HttpContext.Response.Headers.Append(entry.Key, HeaderText.Format(entry));
            }

            await HttpContext.Response.BodyWriter.FlushAsync(CancellationToken);
        }
        finally
        {
            await EndWriteAsync();
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
        => throw new NotImplementedException("CreatePropagationToken is not supported: pass Deadline and CancellationToken to calls made while serving.");

    private void Expire()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _expired = true;
            if (!_writing)
            {
                _ended = true;
                _expiry = SendExpiryAsync();
            }
        }

        _cancellation!.Cancel();
    }

    private async Task SendExpiryAsync()
    {
        WriteTrailers(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
        try
        {
            await HttpContext.Response.CompleteAsync();
        }
        catch (Exception exception)
        {
            _settings.Logger.LogDebug(exception, "The status of {Method} could not be sent.", Method);
        }
    }

    private void WriteTrailers(Status status)
    {
        var response = HttpContext.Response;
        var destination = response.HasStarted ? HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers : response.Headers;
        if (destination is null)
        {
            return;
        }

        foreach (var entry in ResponseTrailersCore)
        {
            destination.Append(entry.Key, HeaderText.Format(entry));
        }

        RequestCheck.WriteStatus(destination, status);
    }

    private Status StatusOf(Exception error)
    {
        if (error is RpcException rpc)
        {
            foreach (var entry in rpc.Trailers)
            {
                ResponseTrailersCore.Add(entry);
            }

            return rpc.Status;
        }

        if (_expired)
        {
            return new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
        }

        if (HttpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to read it.
            return new Status(StatusCode.Cancelled, "");
        }

        _settings.Logger.LogError(error, "Error when executing service method '{Method}'.", Method);
        const string Summary = "Exception was thrown by handler.";
        return new Status(StatusCode.Unknown, _settings.Options.EnableDetailedErrors == true ? ErrorText.Describe(Summary, error) : Summary, error);
    }

    private Metadata ReadHeaders()
    {
        var headers = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            foreach (var value in values)
            {
                HeaderText.Add(headers, name, value ?? "");
            }
        }

        return headers;
    }
}
