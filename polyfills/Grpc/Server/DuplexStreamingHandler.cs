using Grpc.Core;

namespace Grpc.AspNetCore.Server;

internal sealed class DuplexStreamingHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerSettings settings, Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoke)
    : ServerCallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override Task ServeAsync(HttpServerCallContext call, CallScope<TService> scope)
    {
        var serve = scope.Wrap<DuplexStreamingServerMethod<TRequest, TResponse>>(
            (requests, responses, context) => invoke(scope.Service(), requests, responses, context),
            (interceptor, next) => (requests, responses, context) => interceptor.DuplexStreamingServerHandler(requests, responses, context, next));
        return serve(Reader(call), Writer(call), call);
    }
}
