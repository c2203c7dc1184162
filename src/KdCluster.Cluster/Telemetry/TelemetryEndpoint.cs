using KdCluster.Cluster.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace KdCluster.Cluster.Telemetry;

/// <summary>
/// <c>/metrics</c>, <c>/livez</c> and <c>/readyz</c> on a separate port, where the options name one. Register it before the silo: it then answers
/// while the silo starts and stops.
/// </summary>
internal sealed class TelemetryEndpoint(KdClusterOptions options, SiloReadiness readiness, ILoggerFactory logs, MeterProvider? meters = null) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens; null when it does not.</summary>
    public string? Address => _app?.Urls.First();

    /// <exception cref="KdException"><c>KD1901</c>: it cannot listen there.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Metrics is not { Length: > 0 } url)
        {
            return;
        }

        // Empty: the framework's own settings (Kestrel's endpoints, ASPNETCORE_URLS) would open other ports.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting().AddSingleton(logs);
        builder.WebHost.UseUrls(Checked(url));
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = 0;
            k.Limits.MaxConcurrentConnections = 64;
            k.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http1);
        });
        WebApplication app = builder.Build();
        if (meters is not null)
        {
            app.MapPrometheusScrapingEndpoint("/metrics", meters, null, null).WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
        }

        app.MapGet("/livez", () => "ok\n");
        app.MapGet("/readyz", Ready);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or FormatException)
        {
            await app.DisposeAsync();
            throw Unusable(url, e.Message, e);
        }

        _app = app;
        logs.CreateLogger<TelemetryEndpoint>().TelemetryAt(app.Urls.First());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private static string Checked(string url) => Uri.TryCreate(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out Uri? uri) && uri.Scheme == "http" && uri.AbsolutePath == "/"
        ? url
        : throw Unusable(url, "it is not of the form http://host:port.", null);

    private static KdException Unusable(string url, string why, Exception? inner) => new(
        "KD1901", $"metrics and probes cannot be served: {why}", $"--metrics {url}", "Choose another --metrics address, such as http://127.0.0.1:9464, or leave it out.", inner);

    private IResult Ready()
    {
        IReadOnlyList<ReadinessObstacle> obstacles = readiness.Obstacles();
        return obstacles.Count == 0
            ? Results.Text(string.Concat(readiness.Degraded().Select(d => $"degraded: {d}\n").Prepend("ready\n")))
            : Results.Text(string.Concat(obstacles.Select(o => $"{o.Check}: {o.Why}\n")), statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
