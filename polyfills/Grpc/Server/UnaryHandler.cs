using Grpc.Core;

namespace Grpc.AspNetCore.Server;

internal sealed class UnaryHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerSettings settings, Func<TService, TRequest, ServerCallContext, Task<TResponse>> invoke)
    : ServerCallHandler<TService, TRequest, TResponse>(method, settings)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(HttpServerCallContext call, CallScope<TService> scope)
    {
        var request = await Reader(call).ReadSingleAsync();
        var serve = scope.Wrap<UnaryServerMethod<TRequest, TResponse>>(
            (message, context) => invoke(scope.Service(), message, context),
            (interceptor, next) => (message, context) => interceptor.UnaryServerHandler(message, context, next));
        await WriteSingleAsync(call, await serve(request, call));
    }
}
