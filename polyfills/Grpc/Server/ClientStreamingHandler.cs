using Grpc.Core;

namespace Grpc.AspNetCore.Server;

internal sealed class ClientStreamingHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerSettings settings, Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> invoke)
    : ServerCallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(HttpServerCallContext call, CallScope<TService> scope)
    {
        var serve = scope.Wrap<ClientStreamingServerMethod<TRequest, TResponse>>(
            (requests, context) => invoke(scope.Service(), requests, context),
            (interceptor, next) => (requests, context) => interceptor.ClientStreamingServerHandler(requests, context, next));
        await WriteSingleAsync(call, await serve(Reader(call), call));
    }
}
