using System.Text.Json.Nodes;
using KdCluster.Bench;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Bench;

public sealed class BenchReportTests
{
    [Fact]
    public void The_table_says_what_was_held_missed_skipped_and_why()
    {
        BenchReport report = Sample();

        Assert.Equal(
            """
            BENCH       WHAT     AGAINST    VALUE          90 % INTERVAL     HOLD
            ----------  -------  -------  -------  ---------------------  -------  -------
            warm-epoch  student  plain      1.010    1.000 .. 1.015 of 9  <= 1.02  ok
            weighting   share    step      0.0342  0.0310 .. 0.0391 of 9  <= 0.01  miss
            redis-get   get      bare           -                      -        -  skipped
            store       get      -        86.4 us                      -        -  -

            redis-get, get: redis-server is not installed

            2 cores
            """.ReplaceLineEndings("\n"),
            string.Join('\n', report.Lines().SkipLast(1)));
        Assert.True(report.AnyMiss);
    }

    [Fact]
    public void The_file_has_the_same_numbers()
    {
        JsonNode json = JsonNode.Parse(Sample().ToJson())!;

        Assert.Equal("2 cores", (string?)json["machine"]);
        JsonNode first = json["rows"]![0]!;
        Assert.Equal((1.01, 1.0, 1.015, 9), ((double)first["value"]!, (double)first["low"]!, (double)first["high"]!, (int)first["count"]!));
        Assert.Equal("ok", (string?)first["verdict"]);
        Assert.Null(json["rows"]![2]!["value"]);
    }

    public static TheoryData<string> Benches => [.. BenchTable.All.Select(b => b.Name)];

    [Theory]
    [MemberData(nameof(Benches))]
    public async Task Every_bench_measures_something_and_none_breaks_off(string name)
    {
        var report = new BenchReport("");

        Exception? failure = await report.AddAsync(
            BenchTable.All.Single(b => b.Name == name), folder => new BenchContext(1, 2000, folder, TimeProvider.System) { WarmUp = TimeSpan.Zero, Simulated = 0.1 }, CancellationToken.None);

        Assert.True(failure is null, $"{failure}");
        Assert.NotEmpty(JsonNode.Parse(report.ToJson())!["rows"]!.AsArray());
    }

    [Fact]
    public async Task A_bench_that_breaks_off_takes_no_other_row_away_and_says_why()
    {
        BenchReport report = Sample();
        int before = JsonNode.Parse(report.ToJson())!["rows"]!.AsArray().Count;

        Assert.NotNull(await report.AddAsync(new Broken(), folder => new BenchContext(1, 1, folder, TimeProvider.System), CancellationToken.None));

        JsonArray rows = JsonNode.Parse(report.ToJson())!["rows"]!.AsArray();
        Assert.Equal((before + 1, "failed"), (rows.Count, (string?)rows[^1]!["verdict"]));
        Assert.Contains("KD1313: it is malformed.", string.Join('\n', report.Lines()), StringComparison.Ordinal);
        Assert.True(report.AnyFailure);
    }

    private sealed class Broken : IBench
    {
        public string Name => "broken";

        public Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken) => throw new KdException("KD1313", "it is malformed.");
    }

    [Fact]
    public async Task A_bench_runs_from_the_command_line_and_writes_its_file()
    {
        using var folder = new TemporaryFolder();
        var cli = new CliHarness { Commands = [BenchCommand.Definition] };

        int code = await cli.RunAsync("bench", "--only", "local-store", "--pairs", "1", "--json", folder.File("out.json"));

        Assert.Equal(0, code);
        Assert.Contains("get of 32 rows x 5 sets", cli.Output, StringComparison.Ordinal);
        JsonArray rows = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("out.json")))!["rows"]!.AsArray();
        Assert.All(rows, r => Assert.InRange((double)r!["value"]!, 0.001, double.MaxValue));
        Assert.Equal(4, rows.Count);
    }

    [Fact]
    public async Task A_bench_that_does_not_exist_is_refused_with_the_names()
    {
        var cli = new CliHarness { Commands = [BenchCommand.Definition] };

        Assert.Equal(2, await cli.RunAsync("bench", "--only", "speed"));
        Assert.Contains("KD1704", cli.Error, StringComparison.Ordinal);
        Assert.Contains("warm-epoch", cli.Error, StringComparison.Ordinal);
    }

    private static BenchReport Sample()
    {
        var report = new BenchReport("2 cores");
        report.Add("warm-epoch", [new BenchRow("student", "plain") { Value = new Interval(1.01, 1.0, 1.015, 9), Hold = Hold.AtMost(1.02) }]);
        report.Add("weighting", [new BenchRow("share", "step") { Value = new Interval(0.0342, 0.0310, 0.0391, 9), Hold = Hold.AtMost(0.01) }]);
        report.Add("redis-get", [BenchRow.Skipped("get", "bare", "redis-server is not installed")]);
        report.Add("store", [new BenchRow("get", "-") { Value = Interval.Exactly(86.4), Unit = "us" }]);
        return report;
    }
}
