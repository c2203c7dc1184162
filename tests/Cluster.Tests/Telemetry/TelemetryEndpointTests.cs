using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Telemetry;
using KdCluster.Telemetry;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Fuzz;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Metrics;

namespace KdCluster.Tests.Telemetry;

public class TelemetryEndpointTests
{
    [Fact]
    public async Task A_silo_that_trains_and_teaches_says_so_in_the_catalogues_words()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        // A process of its own: silos that share one share their instruments.
        await using KdProcess silo = KdProcess.Start(folder.File("home"), "silo", "--url", "http://127.0.0.1:0", "--metrics", "http://127.0.0.1:0", "--log-level", "information");
        Uri page = new((await silo.LineAsync("metrics and probes at ")).Split("metrics and probes at ")[1] + "/metrics");
        await using KdClient client = new((await silo.LineAsync("Silo at ")).Split(' ')[2].TrimEnd(','));
        OpenMetricsText before = await ScrapeAsync(page);
        // A Prometheus sees an increase only in what it has seen before, so what alerts watch for is there from the start.
        Assert.All(new[] { "failed", "interrupted" }, s => Assert.True(before.Value("kdcluster_run_ended_total", ("state", s)) >= 0));
        Assert.All(new[] { "damaged", "dropped", "outages" }, w => Assert.True(before.Value($"kdcluster_store_{w}_total", ("store", "local")) >= 0));
        Run model = await (await client.StartAsync(TinyTask.Recipe(folder.Path, "teacher"))).ResultAsync();
        await client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "metered", Checkpoint = model.Students[0].Checkpoint });
        await using WebApplication broken = await TestServer.StartAsync(new BreakingTeacher(client.Teachers));
        await (await client.StartAsync(TinyTask.Recipe(folder.Path, "student", teachers: ["metered"], change: r => r["teachers"]![0]!["endpoint"] = broken.Urls.First()))).ResultAsync();

        OpenMetricsText text = await ScrapeAsync(page);

        Assert.Equal(1, text.Value("kdcluster_silo_ready"));
        Assert.Equal(1, text.Value("kdcluster_teacher_loaded", ("teacher", "metered"), ("device", "cpu")));
        Assert.True(text.Value("kdcluster_teacher_rows_total", ("teacher", "metered")) >= 200, "the rows of the tiny task were computed");
        Assert.True(text.Value("kdcluster_teacher_attempts_total", ("teacher", "metered"), ("kind", "first")) > 0);
        Assert.Equal(0, text.Value("kdcluster_teacher_queue_rows", ("teacher", "metered")));
        Assert.True(text.Value("kdcluster_run_ended_total", ("state", "succeeded")) >= 2);
        Assert.True(text.Value("kdcluster_rpc_duration_seconds_count", ("method", "kdcluster.v1.RunService/Start"), ("code", "OK")) >= 2);
        Assert.True(text.Value("kdcluster_student_step_duration_seconds_count", ("stage", "train")) > 0);
        Assert.True(text.Value("kdcluster_store_misses_total", ("store", "local")) > 0);
        Assert.True(text.Families["dotnet_gc_heap_total_allocated_bytes"].Samples.Count > 0, "the runtime's own metrics are there");
        Assert.True(text.Families.Keys.Count(k => k.StartsWith("orleans_", StringComparison.Ordinal)) > 10, "Orleans' own metrics are there");
        Assert.True(Samples(text) > Samples(before));

        // What the runtime, the server and Orleans add of their own needs no approval; what is approved of it must stay.
        ApprovedList.LosesNothing(
            "tests/Cluster.Tests/Approved/metrics.txt", text.Families.Values.SelectMany(Lines), own: line => line.StartsWith("kdcluster_", StringComparison.Ordinal));
        foreach (OpenMetricsText.Family family in text.Families.Values.Where(f => f.Name.StartsWith("kdcluster_", StringComparison.Ordinal)))
        {
            MetricEntry entry = Assert.Single(MetricCatalog.All, e => Scraped(e) == family.Name);
            Assert.Equal(entry.Kind.ToString().ToLowerInvariant(), family.Type);
            Assert.All(family.Samples, s => Assert.Equal(entry.Attributes.Order(), s.Labels.Keys.Where(k => k != "le").Order()));
        }
    }

    [Fact]
    public async Task Every_instrument_is_in_the_catalogue_and_every_entry_has_an_instrument()
    {
        Dictionary<string, Instrument> published = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name.StartsWith(KdTelemetry.Prefix, StringComparison.Ordinal))
            {
                lock (published)
                {
                    published[instrument.Name] = instrument;
                }
            }
        };
        listener.Start();
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("any");
        await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "student", teachers: ["any"]));
        lock (published)
        {
            Assert.Equal(MetricCatalog.All.Select(e => e.Name).Order(StringComparer.Ordinal), published.Keys.Order(StringComparer.Ordinal));
            Assert.All(MetricCatalog.All, e => Assert.Equal((e.Unit, e.Description), (published[e.Name].Unit, published[e.Name].Description)));
        }
    }

    [Fact]
    public async Task Probes_tell_a_silo_that_lives_from_one_that_is_ready()
    {
        Obstacle draining = new();
        SiloReadiness readiness = new([draining]);
        await using TelemetryEndpoint endpoint = new(new KdClusterOptions { Metrics = "http://127.0.0.1:0" }, readiness, NullLoggerFactory.Instance);
        await endpoint.StartAsync(CancellationToken.None);
        using HttpClient http = new() { BaseAddress = new Uri(endpoint.Address!) };
        Assert.Equal("ready\n", await http.GetStringAsync("/readyz"));

        draining.Why = "the silo is being drained";
        using HttpResponseMessage ready = await http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("drain: the silo is being drained\n", await ready.Content.ReadAsStringAsync());
        Assert.Equal("ok\n", await http.GetStringAsync("/livez"));
    }

    [Fact]
    public async Task Without_the_setting_nothing_listens()
    {
        await using TelemetryEndpoint endpoint = new(new KdClusterOptions(), new SiloReadiness([]), NullLoggerFactory.Instance);
        await endpoint.StartAsync(CancellationToken.None);
        Assert.Null(endpoint.Address);
    }

    [Fact]
    public async Task Where_nobody_scrapes_and_no_collector_is_named_nothing_reads_and_nothing_is_sent()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Assert.Null(silo.Silo.Services.GetService<MeterProvider>());
        Assert.Null(silo.Silo.Services.GetService<OpenTelemetry.Trace.TracerProvider>());
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("collector:4317")]
    [InlineData("ftp://collector:4317")]
    public void A_collector_that_is_no_address_is_a_coded_error(string endpoint)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[ExportHosting.Endpoint] = endpoint;
        KdException error = Assert.Throws<KdException>(builder.AddKdExport);
        Assert.Equal(("KD1606", "OTEL_EXPORTER_OTLP_ENDPOINT"), (error.Code, error.Errors[0].Where));
    }

    [Theory]
    [InlineData("9464")]
    [InlineData("https://127.0.0.1:9464")]
    [InlineData("http://127.0.0.1:9464/metrics")]
    public async Task An_address_that_cannot_be_used_is_a_coded_error(string url)
    {
        await using TelemetryEndpoint endpoint = new(new KdClusterOptions { Metrics = url }, new SiloReadiness([]), NullLoggerFactory.Instance);
        KdException error = await Assert.ThrowsAsync<KdException>(() => endpoint.StartAsync(CancellationToken.None));
        Assert.Equal("KD1901", error.Code);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_coded_error()
    {
        await using TelemetryEndpoint first = new(new KdClusterOptions { Metrics = "http://127.0.0.1:0" }, new SiloReadiness([]), NullLoggerFactory.Instance);
        await first.StartAsync(CancellationToken.None);
        await using TelemetryEndpoint second = new(new KdClusterOptions { Metrics = first.Address }, new SiloReadiness([]), NullLoggerFactory.Instance);
        KdException error = await Assert.ThrowsAsync<KdException>(() => second.StartAsync(CancellationToken.None));
        Assert.Equal("KD1901", error.Code);
    }

    private static IEnumerable<string> Lines(OpenMetricsText.Family family) => family.Samples.SelectMany(s => s.Labels.Keys).Where(k => k != "le")
        .Select(k => $"{family.Name} {{{k}}}")
        .Prepend($"{family.Name} {family.Type} {family.Metadata.GetValueOrDefault("UNIT", "-")}");

    // Over a connection of its own, whose end is counted.
    private static async Task<OpenMetricsText> ScrapeAsync(Uri page)
    {
        using HttpClient http = new();
        return await OpenMetricsText.ScrapeAsync(http, page.AbsoluteUri);
    }

    private static string Scraped(MetricEntry entry) => entry.Name.Replace('.', '_') + entry.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };

    private static int Samples(OpenMetricsText text) => text.Families.Values.Sum(f => f.Samples.Count);

    /// <summary>A replica that breaks off when it is asked the first time, so that it is avoided for a while.</summary>
    private sealed class BreakingTeacher(TeacherService.TeacherServiceClient whole) : TeacherService.TeacherServiceBase
    {
        private bool _broke;

        public override async Task<Teacher> Describe(DescribeTeacherRequest request, ServerCallContext context) => await whole.DescribeAsync(request);

        public override async Task<TokenizerFile> GetTokenizer(DescribeTeacherRequest request, ServerCallContext context) => await whole.GetTokenizerAsync(request);

        public override async Task Stream(IAsyncStreamReader<SoftTargetRequest> requestStream, IServerStreamWriter<SoftTargetChunk> responseStream, ServerCallContext context)
        {
            await foreach (SoftTargetRequest request in _broke ? AsyncEnumerable.Empty<SoftTargetRequest>() : requestStream.ReadAllAsync())
            {
                if (request.Lengths.Count > 0)
                {
                    _broke = true;
                    throw new RpcException(new Status(StatusCode.Unavailable, "broken"));
                }
            }

            using AsyncDuplexStreamingCall<SoftTargetRequest, SoftTargetChunk> call = whole.Stream(cancellationToken: context.CancellationToken);
            await Task.WhenAll(AskAsync(), AnswerAsync());

            async Task AskAsync()
            {
                await foreach (SoftTargetRequest request in requestStream.ReadAllAsync())
                {
                    await call.RequestStream.WriteAsync(request);
                }

                await call.RequestStream.CompleteAsync();
            }

            async Task AnswerAsync()
            {
                await foreach (SoftTargetChunk chunk in call.ResponseStream.ReadAllAsync())
                {
                    await responseStream.WriteAsync(chunk);
                }
            }
        }
    }

    private sealed class Obstacle : IReadinessCheck
    {
        public string Name => "drain";

        public string? Why { get; set; }

        string? IReadinessCheck.Obstacle() => Why;
    }
}
