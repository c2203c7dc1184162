using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Makes an endpoint of each method that generated code names. The handlers it names are null: there is no service object before a call.</summary>
internal sealed class ServiceBinder<TService>(IEndpointRouteBuilder endpoints, UnimplementedRoutes unimplemented) : ServiceBinderBase
    where TService : class
{
    private readonly List<IEndpointConventionBuilder> _endpoints = [];
    private readonly ServerSettings _settings = ActivatorUtilities.CreateInstance<ServerSettings>(endpoints.ServiceProvider);

    public IReadOnlyList<IEndpointConventionBuilder> Endpoints => _endpoints;

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        => Map(method, Implementation(method.Name, typeof(TRequest), typeof(ServerCallContext)), implementation =>
            new UnaryHandler<TService, TRequest, TResponse>(
                method, _settings, implementation.CreateDelegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>()).HandleAsync);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        => Map(method, Implementation(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)), implementation =>
            new ClientStreamingHandler<TService, TRequest, TResponse>(
                method, _settings, implementation.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>()).HandleAsync);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        => Map(method, Implementation(method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)), implementation =>
            new ServerStreamingHandler<TService, TRequest, TResponse>(
                method, _settings, implementation.CreateDelegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>()).HandleAsync);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        => Map(method, Implementation(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)), implementation =>
            new DuplexStreamingHandler<TService, TRequest, TResponse>(
                method, _settings, implementation.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>()).HandleAsync);

    private static MethodInfo Implementation(string name, params Type[] parameters)
        => typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService).FullName} has no method {name} for the parameters that its service definition gives.");

    private void Map(IMethod method, MethodInfo implementation, Func<MethodInfo, RequestDelegate> handler)
    {
        unimplemented.MapUnknownServices(endpoints);
        unimplemented.MapUnknownMethods(endpoints, method.ServiceName);
        var endpoint = endpoints.Map(RoutePatternFactory.Parse(method.FullName), handler(implementation));
        endpoint.WithDisplayName("gRPC - " + method.FullName);
        endpoint.WithMetadata([.. typeof(TService).GetCustomAttributes(inherit: true), .. implementation.GetCustomAttributes(inherit: true), new HttpMethodMetadata(["POST"], acceptCorsPreflight: true)]);
        _endpoints.Add(endpoint);
    }
}
