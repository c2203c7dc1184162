using System.Collections.Concurrent;
using System.Net.Http;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>A way to one server, shared by any number of calls at once.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly bool _ownsInvoker;
    private readonly ConcurrentDictionary<object, IDisposable> _active = new();
    private volatile bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Address = address;
        Options = options;
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException($"{nameof(GrpcChannelOptions.HttpClient)} and {nameof(GrpcChannelOptions.HttpHandler)} have been configured. Only one HTTP caller can be specified.");
        }

        IsSecure = CheckScheme(address, options.Credentials);
        _ownsInvoker = options.DisposeHttpClient || (options.HttpClient is null && options.HttpHandler is null);
        Invoker = options.HttpClient
            ?? new HttpMessageInvoker(options.HttpHandler ?? new SocketsHttpHandler { EnableMultipleHttp2Connections = true }, _ownsInvoker);
    }

    internal Uri Address { get; }

    internal GrpcChannelOptions Options { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal bool IsSecure { get; }

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new HttpCallInvoker(this);
    }

    /// <summary>Ends the calls that are still running as cancelled.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (var call in _active.Values)
        {
            call.Dispose();
        }

        if (_ownsInvoker)
        {
            Invoker.Dispose();
        }
    }

    internal void Track(IDisposable call)
    {
        _active.TryAdd(call, call);
        if (_disposed)
        {
            _active.TryRemove(call, out _);
            throw new ObjectDisposedException(nameof(GrpcChannel));
        }
    }

    internal void Forget(IDisposable call) => _active.TryRemove(call, out _);

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    private static bool CheckScheme(Uri address, ChannelCredentials? credentials)
    {
        var secure = address.Scheme switch
        {
            "http" => false,
            "https" => true,
            _ => throw new ArgumentException($"Address '{address.OriginalString}' doesn't have a host, or its scheme is neither http nor https."),
        };
        if (credentials is not null && credentials.IsSecure != secure)
        {
            throw new InvalidOperationException(
                $"Channel is configured with {(credentials.IsSecure ? "secure" : "insecure")} channel credentials and can't use a HttpClient with a '{address.Scheme}' scheme.");
        }

        return secure;
    }
}
