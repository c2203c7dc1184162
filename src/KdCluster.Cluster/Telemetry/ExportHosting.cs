using KdCluster.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Diagnostics;

namespace KdCluster.Cluster.Telemetry;

/// <summary>What leaves the process, by OpenTelemetry. Where nobody scrapes and no collector is named nothing reads instruments, and no span is made.</summary>
internal static class ExportHosting
{
    /// <summary>The collector's address; OpenTelemetry's own name, and its others (<c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_TRACES_SAMPLER</c> …) hold too.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string GrpcSpans = "OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_ENABLE_GRPC_INSTRUMENTATION";

    /// <summary>Metrics for the callers of <see cref="TelemetryEndpoint"/>.</summary>
    public static void AddKdScrape(this IServiceCollection services) => services.AddOpenTelemetry().WithMetrics(m => m.AddKdMeters().AddKdPage());

    /// <summary>How metrics are shown.</summary>
    public static MeterProviderBuilder AddKdPage(this MeterProviderBuilder metrics) => metrics.AddPrometheusExporter(p =>
    {
        // Labels are those of the catalogue and no others; and what is shown is what is, not what was.
        (p.ScopeInfoEnabled, p.TargetInfoEnabled) = (false, false);
        p.ScrapeResponseCacheDurationMilliseconds = 0;
    });

    /// <summary>Metrics and spans for the collector that the environment names.</summary>
    /// <exception cref="KdException"><c>KD1606</c>: it names none. OpenTelemetry would send nothing, or elsewhere, and say nothing.</exception>
    public static void AddKdExport(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[Endpoint] is not { Length: > 0 } endpoint)
        {
            return;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? collector) || collector.Scheme is not ("http" or "https"))
        {
            throw new KdException("KD1606", $"'{endpoint}' is not an address of a collector.", Endpoint, "Write it as http://collector:4317, or leave it out.");
        }

        // Spans of served calls are named by their method and say gRPC's status.
        builder.Configuration[GrpcSpans] ??= "true";
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("kdcluster", serviceVersion: KdVersion.Text).AddEnvironmentVariableDetector())
            .WithMetrics(m => m.AddKdMeters())
            .WithTracing(t => t
                .AddProcessor<GrainRoots>()
                .AddSource(KdTelemetry.Prefix + "*", ActivitySources.ApplicationGrainActivitySourceName)
                .AddAspNetCoreInstrumentation(o => o.Filter = IsCall)
                .AddGrpcClientInstrumentation())
            .UseOtlpExporter();
    }

    // Probes and scrapes come all the time, and are in nobody's trace.
    private static bool IsCall(HttpContext http) =>
        http.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true && !http.Request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal);

    // HTTP is not heard: kdcluster.rpc.* say the same by method and code.
    private static MeterProviderBuilder AddKdMeters(this MeterProviderBuilder metrics) =>
        metrics.AddMeter(KdTelemetry.Prefix + "*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans");
}
