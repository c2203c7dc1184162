using System.Collections.ObjectModel;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Interceptors by type, made for each call.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor
        => Add(typeof(TInterceptor), args);

    public void Add(Type interceptorType, params object[] args)
    {
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
        {
            throw new ArgumentException($"Type must inherit from {typeof(Interceptor).FullName}.", nameof(interceptorType));
        }

        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>A type of interceptor, and the constructor arguments that are not services.</summary>
public class InterceptorRegistration
{
    internal InterceptorRegistration(Type type, object[] arguments)
    {
        Type = type;
        Arguments = arguments;
    }

    public Type Type { get; }

    public IReadOnlyList<object> Arguments { get; }

    /// <summary>From the call's services when registered there without arguments; otherwise made here.</summary>
    internal (Interceptor Interceptor, bool Made) Create(IServiceProvider services)
        => Arguments.Count == 0 && services.GetService(Type) is Interceptor registered
            ? (registered, false)
            : ((Interceptor)ActivatorUtilities.CreateInstance(services, Type, [.. Arguments]), true);
}
