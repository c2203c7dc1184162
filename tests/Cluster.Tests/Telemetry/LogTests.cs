using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using KdCluster.Cluster;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Telemetry;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Tests.Telemetry;

public class LogTests
{
    [Fact]
    public void A_scope_is_fields_for_machines_and_words_for_people()
    {
        List<object?> scopes = [];
        using (LogScope.Student(new Scopes(scopes), "r1", "uniform/1"))
        {
            IReadOnlyList<KeyValuePair<string, object?>> fields = Assert.IsAssignableFrom<IReadOnlyList<KeyValuePair<string, object?>>>(Assert.Single(scopes));
            Assert.Equal([new("run", "r1"), new("student", "uniform/1")], fields);
            Assert.Equal("run r1, student uniform/1", fields.ToString());
        }
    }

    [Theory]
    [InlineData("log-format", "xml")]
    [InlineData("log-level", "loud")]
    public void Words_that_are_none_are_refused(string name, string value) =>
        Assert.Throws<FormatException>(() => SiloSettings.All.Single(s => s.Name == name).Apply(new KdClusterOptions(), value));

    [Fact]
    public void The_section_Logging_sets_levels_of_categories_and_the_level_of_this_silo_beats_its_default()
    {
        Assert.Equal([true, false, true], Enabled(new KdClusterOptions(), ("LogLevel:Default", "Information"), ("LogLevel:Orleans", "Error"), ("LogLevel:Microsoft.AspNetCore", "Debug")));
        Assert.Equal([false, false, true], Enabled(new KdClusterOptions { LogLevel = LogLevel.Error }, ("LogLevel:Default", "Information"), ("LogLevel:Microsoft.AspNetCore", "Debug")));
        Assert.Equal([true, true, false], Enabled(new KdClusterOptions { LogLevel = LogLevel.Information }, ("Console:LogLevel:Orleans", "Information")));
        Assert.Equal([true, false, false], Enabled(new KdClusterOptions { LogLevel = LogLevel.Information }));
    }

    [Theory]
    [InlineData("LogLevel:Orleans", "loud")]
    [InlineData("Console:FormatterName", "simple")]
    public void The_section_Logging_says_nothing_else(string key, string value) =>
        Assert.Equal(("KD1606", $"Logging:{key}"), Assert.Throws<KdException>(() => Enabled(new KdClusterOptions(), (key, value))) is { } e ? (e.Code, e.Errors[0].Where) : default);

    [Fact]
    public async Task A_silo_that_is_told_to_logs_one_json_object_a_line()
    {
        using TemporaryFolder folder = new();
        await using KdProcess kd = KdProcess.Start(folder.File("home"), "silo", "--url", "http://127.0.0.1:0", "--metrics", "http://127.0.0.1:0", "--log-format", "json", "--log-level", "information");
        string line = await kd.LineAsync("metrics and probes at");
        using JsonDocument json = JsonDocument.Parse(line);
        Assert.Equal("Information", json.RootElement.GetProperty("LogLevel").GetString());
        Assert.StartsWith("KdCluster.Cluster.Telemetry", json.RootElement.GetProperty("Category").GetString(), StringComparison.Ordinal);
        string address = json.RootElement.GetProperty("State").GetProperty("Address").GetString()!;
        await kd.LineAsync("Silo at");
        using HttpClient http = new();
        Assert.Equal("ok\n", await http.GetStringAsync($"{address}/livez"));
        await kd.SignalAsync("TERM");
        Assert.Equal(0, await kd.EndAsync());
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_one_line_of_the_log()
    {
        using TemporaryFolder folder = new();
        await using KdProcess kd = KdProcess.Start(folder.File("home"), "silo", "--url", "http://127.0.0.1:0", "--log-level", "information");
        using GrpcChannel channel = GrpcChannel.ForAddress((await kd.LineAsync("Silo at")).Split(' ')[2].TrimEnd(','));
        Marshaller<byte[]> bytes = new(b => b, b => b);
        Method<byte[], byte[]> method = new(MethodType.Unary, "kdcluster.v1.RunService", "Get", bytes, bytes);
        await Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, [0xFF, 0xFF]));

        await kd.LineAsync("cannot be read");
        await kd.SignalAsync("TERM");
        Assert.Equal(0, await kd.EndAsync());
        Assert.DoesNotContain("Exception", kd.Written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_has_a_code_is_a_line_and_one_that_has_none_keeps_its_stack()
    {
        Lines lines = new();
        lines.RunFailed("r1", new KdException("KD1308", "no teacher."));
        lines.StudentFailed("r1/a/1", new KdException("KD1209", "not finite.", inner: new InvalidOperationException()));
        lines.RunFailed("r1", new InvalidOperationException("odd"));

        Assert.Equal([(LogLevel.Warning, false), (LogLevel.Warning, false), (LogLevel.Error, true)], lines.Seen.Select(l => (l.Level, l.Exception is not null)));
        Assert.Contains("KD1308: no teacher.", lines.Seen[0].Text, StringComparison.Ordinal);
    }

    /// <summary>Whether information of this silo, of Orleans and of ASP.NET Core is logged; the host's own level is warning.</summary>
    private static bool[] Enabled(KdClusterOptions options, params (string Key, string Value)[] section)
    {
        ServiceCollection services = new();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(section.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build();
        services.AddLogging(l => l.UseKdLog(options, LogLevel.Warning, configuration));
        using ServiceProvider provider = services.BuildServiceProvider();
        ILoggerFactory logs = provider.GetRequiredService<ILoggerFactory>();
        return [.. new[] { "KdCluster.X", "Orleans.X", "Microsoft.AspNetCore.X" }.Select(c => logs.CreateLogger(c).IsEnabled(LogLevel.Information))];
    }

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string Text, Exception? Exception)> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Seen.Add((logLevel, formatter(state, exception), exception));
    }

    private sealed class Scopes(List<object?> scopes) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            scopes.Add(state);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
