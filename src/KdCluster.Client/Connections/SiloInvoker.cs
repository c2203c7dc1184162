using Grpc.Core;

namespace KdCluster.Client.Connections;

/// <summary>What the generated stubs call: adds the token and a deadline, and takes calls over the addresses.</summary>
internal sealed class SiloInvoker(SiloChannels silos, BearerToken token, KdClientOptions client) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        AsyncUnaryCall(method, host, options, request).GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        CallOptions mine = WithToken(options);
        mine = mine.Deadline is null ? mine.WithDeadline(client.Time.GetUtcNow().UtcDateTime + CallRules.Deadline(method.FullName, client)) : mine;
        return new UnaryAttempts<TRequest, TResponse>(For(method, mine), method, host, mine, request).Start();
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        CallOptions mine = WithToken(options);
        return new StreamAttempts<TRequest, TResponse>(For(method, mine), method, host, mine, request).Start();
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        silos.Current.Invoker.AsyncClientStreamingCall(method, host, WithToken(options));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        SiloChannel silo = silos.Current;
        AsyncDuplexStreamingCall<TRequest, TResponse> call = silo.Invoker.AsyncDuplexStreamingCall(method, host, WithToken(options));
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, new ObservedStream<TResponse>(call.ResponseStream, silo, silos), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private Attempts For<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options) => new(silos, client, method.FullName, options);

    private CallOptions WithToken(CallOptions options) =>
        token.Header is { } header ? options.WithHeaders([.. options.Headers ?? [], new Metadata.Entry("authorization", header)]) : options;
}
