using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps services to endpoints.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Every method of the service, at <c>/package.Service/Method</c>; one object per call, from the call's services.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var unimplemented = builder.ServiceProvider.GetService<UnimplementedRoutes>()
            ?? throw new InvalidOperationException("Unable to find the required services. Please add all the required services by calling 'IServiceCollection.AddGrpc' in the application startup code.");
        var binder = new ServiceBinder<TService>(builder, unimplemented);
        BindMethod(typeof(TService)).Invoke(null, [binder, null]);
        return new GrpcServiceEndpointConventionBuilder(binder.Endpoints);
    }

    /// <summary>The generated <c>BindService(ServiceBinderBase, Base)</c> of the base class.</summary>
    private static MethodInfo BindMethod(Type service)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } bind)
            {
                return bind.BindType.GetMethod(bind.BindMethodName, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, [typeof(ServiceBinderBase), type])
                    ?? throw new InvalidOperationException($"{bind.BindType.FullName} has no method {bind.BindMethodName}({nameof(ServiceBinderBase)}, {type.Name}).");
            }
        }

        throw new InvalidOperationException($"Cannot locate gRPC service base class of {service.FullName}: none of its base types carries BindServiceMethodAttribute.");
    }
}
