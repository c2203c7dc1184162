using System.Diagnostics.Metrics;
using KdCluster.Cluster.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace KdCluster.Tests.Telemetry;

public sealed class MetricsListenerTests : IDisposable
{
    private readonly Meter _meter = new($"Test.{Guid.NewGuid():n}");
    private readonly MetricsListener _listener;

    public MetricsListenerTests() => _listener = new MetricsListener(NullLogger.Instance, i => i.Meter.Name == _meter.Name);

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Nothing_measured_is_an_empty_exposition()
    {
        _meter.CreateCounter<long>("never.counted");
        Assert.Equal("# EOF\n", _listener.Read());
    }

    [Fact]
    public void Counters_add_up_per_set_of_attributes()
    {
        Counter<long> rows = _meter.CreateCounter<long>("kd.rows", "{row}", "Rows.");
        rows.Add(3, new KeyValuePair<string, object?>("teacher", "a"));
        rows.Add(4, new KeyValuePair<string, object?>("teacher", "b"));
        rows.Add(5, new KeyValuePair<string, object?>("teacher", "a"));
        string text = _listener.Read();
        Assert.Equal("# TYPE kd_rows counter\n# HELP kd_rows Rows.\nkd_rows_total{teacher=\"a\"} 8\nkd_rows_total{teacher=\"b\"} 4\n# EOF\n", text);
        OpenMetricsText.Parse(text);
    }

    [Fact]
    public void Units_are_at_the_end_of_the_name_and_in_a_line_of_their_own()
    {
        _meter.CreateCounter<double>("kd.stall.duration", "s").Add(1.5);
        _meter.CreateCounter<int>("kd.sent", "By").Add(7);
        _meter.CreateGauge<short>("kd.share", "1").Record(1);
        OpenMetricsText text = OpenMetricsText.Parse(_listener.Read());
        Assert.Equal(1.5, text.Value("kd_stall_duration_seconds_total"));
        Assert.Equal("seconds", text.Families["kd_stall_duration_seconds"].Metadata["UNIT"]);
        Assert.Equal(7, text.Value("kd_sent_bytes_total"));
        Assert.Equal("bytes", text.Families["kd_sent_bytes"].Metadata["UNIT"]);
        Assert.Equal(1, text.Value("kd_share"));
        Assert.False(text.Families["kd_share"].Metadata.ContainsKey("UNIT"));
    }

    [Fact]
    public void Gauges_go_up_and_down_and_those_no_longer_told_are_gone()
    {
        UpDownCounter<int> calls = _meter.CreateUpDownCounter<int>("kd.calls");
        calls.Add(3);
        calls.Add(-1);
        string[] teachers = ["a", "b"];
        _meter.CreateObservableGauge("kd.loaded", () => teachers.Select(t => new Measurement<int>(1, new KeyValuePair<string, object?>("teacher", t))));
        OpenMetricsText first = OpenMetricsText.Parse(_listener.Read());
        Assert.Equal(2, first.Value("kd_calls"));
        Assert.Equal(2, first.Families["kd_loaded"].Samples.Count);
        teachers = ["b"];
        OpenMetricsText second = OpenMetricsText.Parse(_listener.Read());
        Assert.Equal("b", Assert.Single(second.Families["kd_loaded"].Samples).Labels["teacher"]);
        Assert.Equal(2, second.Value("kd_calls"));
    }

    [Fact]
    public void A_gauge_that_throws_hides_no_other()
    {
        _meter.CreateObservableGauge("kd.broken", int () => throw new InvalidOperationException("no"));
        _meter.CreateObservableCounter("kd.whole", () => 5L);
        Assert.Equal(5, OpenMetricsText.Parse(_listener.Read()).Value("kd_whole_total"));
    }

    [Fact]
    public void Histograms_count_into_the_advised_buckets_bounds_included()
    {
        Histogram<double> time = _meter.CreateHistogram("kd.time", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });
        foreach (double value in new[] { 0.25, 0.5, 0.75, 1, 5 })
        {
            time.Record(value);
        }

        time.Record(double.NaN);
        OpenMetricsText text = OpenMetricsText.Parse(_listener.Read());
        Assert.Equal(2, text.Value("kd_time_seconds_bucket", ("le", "0.5")));
        Assert.Equal(4, text.Value("kd_time_seconds_bucket", ("le", "1.0")));
        Assert.Equal(4, text.Value("kd_time_seconds_bucket", ("le", "2.0")));
        Assert.Equal(5, text.Value("kd_time_seconds_bucket", ("le", "+Inf")));
        Assert.Equal(5, text.Value("kd_time_seconds_count"));
        Assert.Equal(7.5, text.Value("kd_time_seconds_sum"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a \"quoted\" one")]
    [InlineData("back\\slash and\nline")]
    [InlineData("ünïcode {}=,")]
    public void Labels_are_escaped_and_come_back_as_they_were(string value)
    {
        _meter.CreateCounter<long>("kd.odd", null, "Says \"so\" \\ and\nmore.").Add(1, new KeyValuePair<string, object?>("odd.key", value));
        OpenMetricsText text = OpenMetricsText.Parse(_listener.Read());
        Assert.Equal(value, Assert.Single(text.Families["kd_odd"].Samples).Labels["odd_key"]);
        Assert.Equal("Says \\\"so\\\" \\\\ and\\nmore.", text.Families["kd_odd"].Metadata["HELP"]);
    }

    [Fact]
    public void Too_many_sets_of_attributes_end_in_one_series_and_lose_nothing()
    {
        Counter<long> wild = _meter.CreateCounter<long>("kd.wild");
        for (int i = 0; i < MetricFamily.MaxSeries + 50; i++)
        {
            wild.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        OpenMetricsText text = OpenMetricsText.Parse(_listener.Read());
        Assert.Equal(MetricFamily.MaxSeries + 1, text.Families["kd_wild"].Samples.Count);
        Assert.Equal(50, text.Value("kd_wild_total", ("otel_metric_overflow", "true")));
    }

    [Fact]
    public void A_name_of_two_kinds_is_shown_once()
    {
        _meter.CreateCounter<long>("kd.twice").Add(1);
        _meter.CreateGauge<long>("kd.twice").Record(9);
        Assert.Equal("counter", Assert.Single(OpenMetricsText.Parse(_listener.Read()).Families.Values).Type);
    }

    [Fact]
    public async Task Threads_that_record_at_once_lose_nothing()
    {
        Counter<long> whole = _meter.CreateCounter<long>("kd.whole");
        Counter<double> part = _meter.CreateCounter<double>("kd.part");
        Histogram<double> time = _meter.CreateHistogram<double>("kd.time");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(() =>
        {
            for (int i = 0; i < 5000; i++)
            {
                whole.Add(1, new KeyValuePair<string, object?>("t", t % 2));
                part.Add(0.5);
                time.Record(i % 7);
            }
        })));
        OpenMetricsText text = OpenMetricsText.Parse(_listener.Read());
        Assert.Equal(10000, text.Value("kd_whole_total", ("t", "1")));
        Assert.Equal(10000, text.Value("kd_part_total"));
        Assert.Equal(20000, text.Value("kd_time_count"));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        Counter<long> rows = _meter.CreateCounter<long>("kd.rows");
        Histogram<double> time = _meter.CreateHistogram<double>("kd.time", "s");
        KeyValuePair<string, object?> tag = new("teacher", "a");
        Record(1);   // the series are made
        long before = GC.GetAllocatedBytesForCurrentThread();
        Record(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Record(int times)
        {
            for (int i = 0; i < times; i++)
            {
                rows.Add(1, tag);
                time.Record(0.01, tag);
            }
        }
    }
}
