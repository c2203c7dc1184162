using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace KdCluster.Tests.GrpcWire;

public sealed class InterceptorTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    [Fact]
    public async Task Client_FirstOfTheListIsOutermost()
    {
        using var channel = host.Channel();
        var seen = new List<string>();
        var client = new Probe.ProbeClient(channel.Intercept(new Recorder("a", seen), new Recorder("b", seen)));
        Assert.Equal("x", (await client.EchoAsync(new Ask { Text = "x" })).Text);
        using var call = client.Count(new Ask { Count = 2 });
        Assert.Equal(2, await call.ResponseStream.ReadAllAsync().CountAsync());
        Assert.Equal(["a:Echo", "b:Echo", "a:Count", "b:Count"], seen);
    }

    [Fact]
    public async Task Server_SeesEveryKindOfCall()
    {
        var seen = new List<string>();
        await using var app = await GrpcHost.StartAsync(options =>
        {
            options.Interceptors.Add<Recorder>("outer", seen);
            options.Interceptors.Add<Recorder>("inner", seen);
        });
        using var channel = GrpcChannel.ForAddress(GrpcHost.AddressOf(app, "http"));
        var client = new Probe.ProbeClient(channel);
        await client.EchoAsync(new Ask());
        using var count = client.Count(new Ask { Count = 1 });
        Assert.Equal(1, await count.ResponseStream.ReadAllAsync().CountAsync());
        using var collect = client.Collect();
        await collect.RequestStream.CompleteAsync();
        await collect;
        using var chat = client.Chat();
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext());
        string[] methods = ["Echo", "Count", "Collect", "Chat"];
        Assert.Equal(methods.SelectMany(method => new[] { "outer:" + method, "inner:" + method }), seen);
    }

    [Fact]
    public async Task Server_MayRefuse()
    {
        await using var app = await GrpcHost.StartAsync(options => options.Interceptors.Add<Guard>());
        using var channel = GrpcChannel.ForAddress(GrpcHost.AddressOf(app, "http"));
        var client = new Probe.ProbeClient(channel);
        await GrpcAssert.FailsAsync(StatusCode.Unauthenticated, async () => await client.EchoAsync(new Ask()));
        Assert.Equal("in", (await client.EchoAsync(new Ask { Text = "in" }, new Metadata { { "key", "right" } })).Text);
    }

    private sealed class Guard : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
            => context.RequestHeaders.GetValue("key") == "right" ? continuation(request, context) : throw new RpcException(new Status(StatusCode.Unauthenticated, "no key"));
    }

    private sealed class Recorder(string name, List<string> seen) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name}:{context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name}:{context.Method.Name}");
            return continuation(request, context);
        }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(requestStream, responseStream, context);
        }

        private void Record(ServerCallContext context) => seen.Add($"{name}:{context.Method.Split('/')[^1]}");
    }
}
