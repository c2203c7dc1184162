using System.Diagnostics.Metrics;
using KdCluster.Cluster;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Metrics;

namespace KdCluster.Tests.Telemetry;

/// <summary>What KdCluster counts on in OpenTelemetry's metrics, as its own page shows them.</summary>
public sealed class ScrapeTests : IAsyncLifetime
{
    private readonly Meter _meter = new($"Test.{Guid.NewGuid():n}");
    private readonly HttpClient _http = new();
    private readonly ServiceProvider _services;
    private readonly TelemetryEndpoint _endpoint;

    public ScrapeTests()
    {
        ServiceCollection services = new();
        services.AddOpenTelemetry().WithMetrics(m => m.AddMeter(_meter.Name).AddKdPage());
        _services = services.BuildServiceProvider();
        _endpoint = new TelemetryEndpoint(
            new KdClusterOptions { Metrics = "http://127.0.0.1:0" }, new SiloReadiness([]), NullLoggerFactory.Instance, _services.GetRequiredService<MeterProvider>());
    }

    public async ValueTask InitializeAsync() => await _endpoint.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        await _services.DisposeAsync();
        _http.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Names_have_their_unit_at_the_end_and_no_labels_but_their_own()
    {
        _meter.CreateCounter<double>("kd.stall.duration", "s").Add(1.5);
        _meter.CreateCounter<int>("kd.sent", "By").Add(7, new KeyValuePair<string, object?>("teacher", "a \"quoted\"\nöne\\"));
        _meter.CreateGauge<short>("kd.share", "1").Record(1);
        _meter.CreateCounter<long>("kd.rows", "{row}").Add(0);
        OpenMetricsText text = await ReadAsync();
        Assert.Equal(1.5, text.Value("kd_stall_duration_seconds_total"));
        Assert.Equal("seconds", text.Families["kd_stall_duration_seconds"].Metadata["UNIT"]);
        Assert.Equal(7, text.Value("kd_sent_bytes_total", ("teacher", "a \"quoted\"\nöne\\")));
        Assert.Equal(1, text.Value("kd_share"));
        Assert.Equal(0, text.Value("kd_rows_total"));
        Assert.All(text.Families.Values.SelectMany(f => f.Samples), s => Assert.Empty(s.Labels.Keys.Except(["teacher"])));
    }

    [Fact]
    public async Task Gauges_no_longer_told_are_gone_and_one_that_throws_hides_no_other()
    {
        string[] teachers = ["a", "b"];
        _meter.CreateObservableGauge("kd.broken", int () => throw new InvalidOperationException("no"));
        _meter.CreateObservableGauge("kd.loaded", () => teachers.Select(t => new Measurement<int>(1, new KeyValuePair<string, object?>("teacher", t))));
        Assert.Equal(2, (await ReadAsync()).Families["kd_loaded"].Samples.Count);
        teachers = ["b"];
        Assert.Equal("b", Assert.Single((await ReadAsync()).Families["kd_loaded"].Samples).Labels["teacher"]);
    }

    [Fact]
    public async Task Histograms_count_into_the_advised_buckets_bounds_included()
    {
        Histogram<double> time = _meter.CreateHistogram("kd.time", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });
        foreach (double value in new[] { 0.25, 0.5, 0.75, 1, 5 })
        {
            time.Record(value);
        }

        OpenMetricsText text = await ReadAsync();
        Assert.Equal([2, 4, 4, 5], new[] { "0.5", "1.0", "2.0", "+Inf" }.Select(b => text.Value("kd_time_seconds_bucket", ("le", b))));
        Assert.Equal(7.5, text.Value("kd_time_seconds_sum"));
    }

    [Fact]
    public async Task Too_many_sets_of_attributes_end_in_one_series_and_lose_nothing()
    {
        const int Sets = 5000;
        Counter<long> wild = _meter.CreateCounter<long>("kd.wild");
        for (int i = 0; i < Sets; i++)
        {
            wild.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        OpenMetricsText text = await ReadAsync();
        Assert.InRange(text.Families["kd_wild"].Samples.Count(s => s.Name == "kd_wild_total"), 100, 2001);
        Assert.Equal(Sets, text.Families["kd_wild"].Samples.Where(s => s.Name == "kd_wild_total").Sum(s => s.Value));
        Assert.True(text.Value("kd_wild_total", ("otel_metric_overflow", "true")) > 0);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        Counter<long> rows = _meter.CreateCounter<long>("kd.rows");
        Histogram<double> time = _meter.CreateHistogram<double>("kd.time", "s");
        KeyValuePair<string, object?> tag = new("teacher", "a"), other = new("kind", "b");
        Record(1);   // the series are made
        long before = GC.GetAllocatedBytesForCurrentThread();
        Record(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Record(int times)
        {
            for (int i = 0; i < times; i++)
            {
                rows.Add(1, tag, other);
                time.Record(0.01, tag);
            }
        }
    }

    [Fact]
    public async Task Nobody_can_send_anything_there()
    {
        using HttpResponseMessage post = await _http.PostAsync($"{_endpoint.Address}/metrics", null);
        Assert.Equal(System.Net.HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    private Task<OpenMetricsText> ReadAsync() => OpenMetricsText.ScrapeAsync(_http, $"{_endpoint.Address}/metrics");
}
