using System.Diagnostics;
using Google.Protobuf;
using Grpc.Net.Client;
using KdCluster.Telemetry;
using KdCluster.Tests.ManySilos;
using KdCluster.Tests.Support;
using KdCluster.Tests.Telemetry.Otlp;
using KdCluster.V1;
using OpenTelemetry;
using OpenTelemetry.Trace;
using SpanKind = KdCluster.Tests.Telemetry.Otlp.SpanKind;

namespace KdCluster.Tests.Telemetry;

/// <summary>Spans and metrics of a cluster of processes, and of the app that asks it, as a collector gets them.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly ActivitySource _source = new($"Test.{Guid.NewGuid():n}");

    public void Dispose() => _source.Dispose();

    [ManySilosFact]
    public async Task One_trace_goes_from_the_app_through_gateway_grains_and_teachers_to_the_store()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        ActivityTraceId run, failed, any;
        await using (SiloProcesses cluster = await SiloProcesses.StartAsync())
        {
            (string, string)[] export = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_METRIC_EXPORT_INTERVAL", "1000")];
            string[] roles = ["gateway", "trainer", "teacher"];
            await Task.WhenAll(roles.Select(r => cluster.AddAsync(r, r, export)));
            await cluster.TeacherAsync("far");
            using (TracerProvider app = Sdk.CreateTracerProviderBuilder().AddSource(_source.Name).AddGrpcClientInstrumentation()
                .AddOtlpExporter(o => o.Endpoint = new Uri(collector.Address)).Build())
            {
                run = await InAsync(() => cluster.RunAsync(TinyTask.Recipe(cluster.Data, "traced", teachers: ["far"])));
                failed = await InAsync(() => Assert.ThrowsAsync<KdException>(() => cluster.Client.Run("nowhere").GetAsync()));
                using GrpcChannel channel = GrpcChannel.ForAddress(cluster.Client.Address);
                any = await InAsync(async () => await new ClusterService.ClusterServiceClient(channel).DescribeAsync(new DescribeSiloRequest()));
            }

            await Task.WhenAll(roles.Select(r => cluster[r].SignalAsync("TERM")));
            foreach (string role in roles)
            {
                Assert.Equal(0, await cluster[role].EndAsync());
            }
        }

        Dictionary<ByteString, Span> spans = collector.Spans.Where(s => Is(s, run)).ToDictionary(s => s.SpanId);
        // Whoever did something for it can be followed up to the app's own span.
        foreach (string leaf in new[] { "teacher.compute", "store.put", "store.get" })
        {
            string[] way = spans.Values.Where(s => s.Name == leaf).Select(s => Way(s, spans)).First(w => w.Contains("teacher.answer") || leaf == "store.get");
            Assert.Equal("app", way[^1]);
            Assert.Equal(["kdcluster.v1.RunService/Start", "kdcluster.v1.RunService/Start"], way[^3..^1]);
            Assert.Contains("student.train", way);
            Assert.Contains(way, w => w.StartsWith("IRunGrain/", StringComparison.Ordinal));
        }

        Assert.Equal(["teacher.answer", "teacher.ask", "soft_targets.fetch", "student.train"], Way(spans.Values.First(s => s.Name == "teacher.compute"), spans).Skip(1).Take(4));
        Assert.All(spans.Values.Where(s => s.Name != "app"), s => Assert.True(spans.ContainsKey(s.ParentSpanId), $"{s.Name}: nobody sent its parent"));
        Assert.Equal("uniform/1", Tag(Assert.Single(spans.Values, s => s.Name == "student.train"), "kdcluster.student"));

        Span[] fails = [.. collector.Spans.Where(s => Is(s, failed) && s.Name == "kdcluster.v1.RunService/Get")];
        Assert.Equal([SpanKind.Server, SpanKind.Client], fails.Select(s => s.Kind).Order());
        Assert.Equal(2, fails.Single(s => s.Kind == SpanKind.Client).Status.Code);
        Assert.All(fails, s => Assert.Equal("NOT_FOUND", Tag(s, "rpc.response.status_code")));
        Assert.Contains(collector.Spans, s => Is(s, any) && s.Name == "kdcluster.v1.ClusterService/Describe" && s.Kind == SpanKind.Server);

        // What silos tell one another all the time is in nobody's trace.
        Assert.DoesNotContain(collector.Spans, s => s.ParentSpanId.IsEmpty && s.Name.Contains("Grain/", StringComparison.Ordinal));

        Assert.Equal(MetricCatalog.All.Select(e => (e.Name, e.Unit)).Except(collector.Metrics.Select(m => (m.Key, m.Value))).Select(m => m.Item1), ["kdcluster.teacher.avoided", "kdcluster.student.policy.losses"]);
        Assert.Contains("dotnet.gc.heap.total_allocated", collector.Metrics.Keys);
        Assert.Contains("orleans-catalog-activations", collector.Metrics.Keys);
    }

    private async Task<ActivityTraceId> InAsync(Func<Task> call)
    {
        using Activity app = _source.StartActivity("app")!;
        await call();
        return app.TraceId;
    }

    private static bool Is(Span span, ActivityTraceId trace) => span.TraceId.Equals(ByteString.CopyFrom(Convert.FromHexString(trace.ToHexString())));

    private static string Tag(Span span, string key) =>
        span.Attributes.SingleOrDefault(a => a.Key == key)?.Value is { } value ? value.HasText ? value.Text : $"{value.Number}" : "";

    private static string[] Way(Span from, Dictionary<ByteString, Span> spans)
    {
        List<string> way = [];
        for (Span? at = from; at is not null; at = spans.GetValueOrDefault(at.ParentSpanId))
        {
            way.Add(at.Name);
        }

        return [.. way];
    }
}
