using Grpc.Core;

namespace Grpc.AspNetCore.Server;

internal sealed class ServerStreamingHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerSettings settings, Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoke)
    : ServerCallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(HttpServerCallContext call, CallScope<TService> scope)
    {
        var request = await Reader(call).ReadSingleAsync();
        var serve = scope.Wrap<ServerStreamingServerMethod<TRequest, TResponse>>(
            (message, responses, context) => invoke(scope.Service(), message, responses, context),
            (interceptor, next) => (message, responses, context) => interceptor.ServerStreamingServerHandler(message, responses, context, next));
        await serve(request, Writer(call), call);
    }
}
