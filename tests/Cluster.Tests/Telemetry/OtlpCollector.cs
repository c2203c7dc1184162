using System.Collections.Concurrent;
using Grpc.Core;
using KdCluster.Tests.Telemetry.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Tests.Telemetry;

/// <summary>A collector of OpenTelemetry that keeps what it is sent.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Kept _kept;

    private OtlpCollector(WebApplication app, Kept kept) => (_app, _kept) = (app, kept);

    public string Address => _app.Urls.First();

    /// <summary>All spans so far.</summary>
    public Span[] Spans => [.. _kept.Spans];

    /// <summary>Metrics so far: the unit by the name.</summary>
    public IReadOnlyDictionary<string, string> Metrics => _kept.Metrics;

    public static async Task<OtlpCollector> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Kept>();
        WebApplication app = builder.Build();
        app.MapGrpcService<Traces>();
        app.MapGrpcService<Meters>();
        await app.StartAsync();
        return new OtlpCollector(app, app.Services.GetRequiredService<Kept>());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Kept
    {
        public ConcurrentQueue<Span> Spans { get; } = [];

        public ConcurrentDictionary<string, string> Metrics { get; } = [];
    }

    private sealed class Traces(Kept kept) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceReply> Export(ExportTraceRequest request, ServerCallContext context)
        {
            foreach (Span span in request.ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans))
            {
                kept.Spans.Enqueue(span);
            }

            return Task.FromResult(new ExportTraceReply());
        }
    }

    private sealed class Meters(Kept kept) : MetricsService.MetricsServiceBase
    {
        public override Task<ExportMetricsReply> Export(ExportMetricsRequest request, ServerCallContext context)
        {
            foreach (Metric metric in request.ResourceMetrics.SelectMany(r => r.ScopeMetrics).SelectMany(s => s.Metrics))
            {
                kept.Metrics[metric.Name] = metric.Unit;
            }

            return Task.FromResult(new ExportMetricsReply());
        }
    }
}
