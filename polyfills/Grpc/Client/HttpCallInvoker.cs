using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Starts each call as one HTTP/2 request.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        => AsyncUnaryCall(method, host, options, request).GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        call.Start(new MessageContent<TRequest>(request, method.RequestMarshaller, channel.Options.MaxSendMessageSize));
        return new AsyncUnaryCall<TResponse>(call.ReadSingleAsync(), call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        call.Start(new MessageContent<TRequest>(request, method.RequestMarshaller, channel.Options.MaxSendMessageSize));
        return new AsyncServerStreamingCall<TResponse>(new ResponseStream<TRequest, TResponse>(call), call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var requests = new RequestStream<TRequest, TResponse>(call);
        call.Start(requests.Content);
        return new AsyncClientStreamingCall<TRequest, TResponse>(requests, call.ReadSingleAsync(), call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var requests = new RequestStream<TRequest, TResponse>(call);
        call.Start(requests.Content);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(requests, new ResponseStream<TRequest, TResponse>(call), call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }
}
