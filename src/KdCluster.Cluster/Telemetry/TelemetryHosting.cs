using KdCluster.Cluster.Health;
using KdCluster.SoftTargets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace KdCluster.Cluster.Telemetry;

/// <summary>How telemetry enters a host: before everything that it measures.</summary>
internal static class TelemetryHosting
{
    public static IServiceCollection AddKdTelemetry(this IServiceCollection services, KdClusterOptions options)
    {
        if (options.Metrics is { Length: > 0 })
        {
            services.AddKdScrape();
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IReadinessCheck, LifetimeCheck>();
        services.AddSingleton<IReadinessCheck, DrainCheck>();
        services.AddSingleton<SiloReadiness>();
        services.AddSingleton<TelemetryEndpoint>();
        services.AddHostedService(s => s.GetRequiredService<TelemetryEndpoint>());
        services.AddSingleton<SiloAge>();
        services.AddSingleton<SiloGauges>();
        services.AddHostedService<GaugesStart>();
        return services;
    }

    /// <summary>Gauges are asked for by nobody: they are made here. After the endpoint, which hears what is counted from then on.</summary>
    private sealed class GaugesStart(IServiceProvider services, KdClusterOptions options) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<SiloGauges>();
            RunMetrics.Begin();
            StoreMetrics.Begin(options.EffectiveStore);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
