using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>The objects that serve one call: interceptors, then the service, made when the innermost interceptor lets the call through. Those made here are disposed here.</summary>
internal sealed class CallScope<TService>(IServiceProvider services, InterceptorCollection registrations) : IAsyncDisposable
    where TService : class
{
    private static readonly ObjectFactory<TService> _factory = ActivatorUtilities.CreateFactory<TService>([]);

    private readonly List<object> _made = [];

    /// <summary>Wraps the innermost continuation, last interceptor first.</summary>
    public TContinuation Wrap<TContinuation>(TContinuation innermost, Func<Interceptor, TContinuation, TContinuation> wrap)
    {
        var continuation = innermost;
        for (var i = registrations.Count - 1; i >= 0; i--)
        {
            var (interceptor, made) = registrations[i].Create(services);
            if (made)
            {
                _made.Add(interceptor);
            }

            continuation = wrap(interceptor, continuation);
        }

        return continuation;
    }

    public TService Service()
    {
        if (services.GetService<TService>() is { } registered)
        {
            return registered;
        }

        var service = _factory(services, null);
        _made.Add(service);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _made.Count - 1; i >= 0; i--)
        {
            if (_made[i] is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                (_made[i] as IDisposable)?.Dispose();
            }
        }
    }
}
