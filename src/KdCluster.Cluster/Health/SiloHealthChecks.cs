using Grpc.AspNetCore.HealthChecks;
using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using KdCluster.Cluster.Silos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace KdCluster.Cluster.Health;

/// <summary>
/// What a silo says of itself to the framework's health checks, and through them by <c>grpc.health.v1</c>. Every served service, and no name, stand for
/// <see cref="Readiness"/>; <see cref="Liveness"/> and each part that the silo may have to do without have a name of their own.
/// </summary>
internal static class SiloHealthChecks
{
    public const string Liveness = "liveness";
    public const string Readiness = "readiness";

    /// <summary>Adds the checks, and the gRPC service that tells them. All answer from memory.</summary>
    public static IServiceCollection AddKdHealth(this IServiceCollection services)
    {
        services.AddGrpcHealthChecks();
        services.AddOptions<HealthCheckServiceOptions>().Configure<SiloReadiness, IEnumerable<IDegradationCheck>>((options, readiness, parts) =>
        {
            Add(Liveness, () => null);
            Add(Readiness, () => Obstacles(readiness));
            foreach (IDegradationCheck part in parts)
                Add(part.Name, part.Trouble);

            void Add(string name, Func<string?> trouble) => options.Registrations.Add(new HealthCheckRegistration(name, new Check(trouble), null, null));
        });
        // Watches are told what was last published: by default first after 5 s, and then every 30 s.
        services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        return services;
    }

    /// <summary>Serves them: map it last, every service mapped before is one that clients may ask after.</summary>
    public static IEndpointRouteBuilder MapKdHealth(this IEndpointRouteBuilder app)
    {
        // Probes of whoever runs the process ask without a token; they learn nothing but yes or no.
        app.MapGrpcHealthChecksService().AllowAnonymous();
        IServiceProvider services = app.ServiceProvider;
        GrpcHealthChecksOptions options = services.GetRequiredService<IOptions<GrpcHealthChecksOptions>>().Value;
        string[] ready = ["", Readiness, .. app.DataSources.SelectMany(d => d.Endpoints).Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName).OfType<string>().Distinct()];
        foreach (string service in ready)
            options.Services.Map(service, c => c.Name == Readiness);
        foreach (string name in services.GetServices<IDegradationCheck>().Select(p => p.Name).Prepend(Liveness))
            options.Services.Map(name, c => c.Name == name);

        // Those who watch hear at once that the silo is being drained, and not when it is next published.
        HealthServiceImpl health = services.GetRequiredService<HealthServiceImpl>();
        services.GetRequiredService<SiloDrain>().Began += () => Array.ForEach(ready, s => health.SetStatus(s, HealthCheckResponse.Types.ServingStatus.NotServing));
        return app;
    }

    private static string? Obstacles(SiloReadiness readiness) =>
        readiness.Obstacles() is { Count: > 0 } obstacles ? string.Join("; ", obstacles.Select(o => $"{o.Check}: {o.Why}")) : null;

    private sealed class Check(Func<string?> trouble) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(trouble() is { } why ? HealthCheckResult.Unhealthy(why) : HealthCheckResult.Healthy());
    }
}
