using Grpc.AspNetCore.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC to the services of a host.</summary>
public static class GrpcServicesExtensions
{
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddOptions<GrpcServiceOptions>();
        services.AddSingleton<UnimplementedRoutes>();
        return new GrpcServerBuilder(services);
    }

    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configureOptions)
    {
        services.Configure(configureOptions);
        return services.AddGrpc();
    }
}
