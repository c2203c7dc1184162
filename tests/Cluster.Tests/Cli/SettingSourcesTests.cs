using System.Net.Sockets;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Commands;
using KdCluster.Cli.Silos;
using KdCluster.Cluster;
using KdCluster.Cluster.Hosting;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Cli;

/// <summary>Where settings are written, and what is written there and is none.</summary>
public sealed class SettingSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_command_line_beats_the_environment_which_beats_the_file()
    {
        string file = File("""{ "KdCluster": { "Trainers": 1, "Lanes": 1, "TeacherRows": 1, "Redis": "redis://of-the-file", "Advertise": "http://there:1", "Resume": true } }""");
        System.IO.File.WriteAllText(_folder.File("redis"), "redis://of-the-file-of-a-variable\n");
        System.IO.File.WriteAllText(_folder.File("empty"), "\n");
        KdClusterOptions read = SettingSources.Read(Line(
            [("KD_TRAINERS", "2"), ("KD_LANES", "2"), ("KD_REDIS_FILE", _folder.File("redis")), ("KD_TEACHER_ROWS_FILE", _folder.File("empty")), ("KD_LANES_FILE", "/nowhere")],
            "--config", file, "--trainers", "3"));
        Assert.Equal((3, 2, 1, "redis://of-the-file-of-a-variable", true), (read.Trainers, read.Lanes, read.TeacherRows, read.Redis, read.ResumeOnStart));
    }

    [Fact]
    public void Every_mistake_of_every_source_is_told_with_its_place()
    {
        string file = File("""{ "KdCluster": { "Trainer": 1, "Lanes": "few" }, "Kestrel": { "Endpoints": { "X": { "Url": "http://0.0.0.0:1" } } }, "Loging": { "LogLevel": { "Default": "Debug" } } }""");
        KdException e = Assert.Throws<KdException>(() => SettingSources.Read(Line(
            [("KD_TRAINER", "1"), ("KdCluster__Trainers", "1"), ("Kestrel__Endpoints__X__Url", "http://0.0.0.0:1"), ("KD_REDIS_FILE", "/nowhere")], "--config", file, "--probe", "often")));
        Assert.Equal(
            new HashSet<string>(
            [
                "KD1606 --probe", "KD1606 KD_TRAINER", "KD1606 KdCluster__Trainers", "KD1606 Kestrel__Endpoints__X__Url", $"KD1606 {file}, KdCluster:Lanes",
                $"KD1606 {file}, KdCluster:Trainer", $"KD1606 {file}, Kestrel", $"KD1606 {file}, Loging", "KD1902 KD_REDIS_FILE",
            ]),
            e.Errors.Select(x => $"{x.Code} {x.Where}").ToHashSet());
        Assert.Contains(e.Errors, x => x.Where == "KD_TRAINER" && x.Remedy == "Did you mean KD_TRAINERS?");
    }

    [Fact]
    public void The_words_that_an_earlier_version_wanted_stand_for_true_with_a_warning_and_no_other_words_do()
    {
        const string words = "anyone who reaches this silo may use it", others = "anyone who reaches this port may read the metrics";
        CliHarness cli = new(new Dictionary<string, string> { ["KD_METRICS_OPEN"] = others });
        SecurityOptions read = SettingSources.Read(Parse(cli, "--insecure", words)).Security;
        Assert.Equal((true, true), (read.Insecure, read.MetricsOpen));
        Assert.Contains("--insecure says", cli.Error, StringComparison.Ordinal);
        Assert.Contains("KD_METRICS_OPEN says", cli.Error, StringComparison.Ordinal);

        cli = new(new Dictionary<string, string> { ["KD_METRICS_OPEN"] = "true" });
        Assert.Equal((true, true), SettingSources.Read(Parse(cli, $"--insecure={words}")).Security is { } s ? (s.Insecure, s.MetricsOpen) : default);
        cli = new();
        Assert.Equal((true, false), SettingSources.Read(Parse(cli, "--insecure", "--trainers", "2")).Security is { } t ? (t.Insecure, t.MetricsOpen) : default);
        Assert.Equal("", cli.Error);
        Assert.Equal("KD1606", Assert.Throws<KdException>(() => SettingSources.Read(Line([("KD_METRICS_OPEN", words)]))).Code);
        Assert.Equal("KD1704", Assert.Throws<KdException>(() => Parse(new(), "--insecure", "perhaps")).Code);
        Assert.Equal("KD1704", Assert.Throws<KdException>(() => Parse(new(), "--insecure=perhaps")).Code);
    }

    [Fact]
    public void What_others_set_is_no_mistake()
    {
        string[] theirs = ["KD_DATA", "KD_LIBTORCH", "KD_WRITE_GENERATED", "KD_REDIS_SERVICE_HOST", "KD_REDIS_SERVICE_PORT_TCP", "KD_X_PORT", "KD_X_PORT_6379_TCP_ADDR", "KDE_SESSION", "OTHER"];
        Assert.Equal(1, SettingSources.Read(Line([.. theirs.Select(t => (t, "x"))])).TorchThreads);
    }

    [Fact]
    public void An_appsettings_file_of_another_program_is_not_read_and_one_that_means_a_silo_is()
    {
        System.IO.File.WriteAllText(_folder.File("appsettings.json"), """{ "Kestrel": { "Endpoints": { "X": { "Url": "http://0.0.0.0:1" } } }, "AllowedHosts": "*" }""");
        SettingSources.Read(Line([]));
        System.IO.File.WriteAllText(_folder.File("appsettings.json"), """{ "KdCluter": { "Trainers": 1 } }""");
        Assert.Equal("Did you mean KdCluster?", Assert.Throws<KdException>(() => SettingSources.Read(Line([]))).Errors[0].Remedy);
    }

    /// <summary>A port that nobody checked would be open to everyone.</summary>
    [Fact]
    public async Task No_port_opens_that_no_setting_names()
    {
        int[] ports = FreePorts.Take(2);
        System.IO.File.WriteAllText(_folder.File("appsettings.json"), $$$"""{ "Kestrel": { "Endpoints": { "X": { "Url": "http://127.0.0.1:{{{ports[0]}}}" } } } }""");
        await using KdProcess kd = KdProcess.StartFrom(
            Path.GetDirectoryName(_folder.File("appsettings.json"))!, _folder.File("home"), [("ASPNETCORE_URLS", $"http://127.0.0.1:{ports[1]}")], "silo", "--url", "http://127.0.0.1:0", "--metrics", "http://127.0.0.1:0");
        await kd.LineAsync("Silo at");
        foreach (int port in ports)
        {
            using TcpClient client = new();
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", port));
        }

        await kd.SignalAsync("TERM");
        Assert.Equal(0, await kd.EndAsync());
    }

    [Fact]
    public async Task What_is_open_is_told_at_the_start_by_the_command_and_in_the_log()
    {
        await using KdProcess kd = KdProcess.Start(_folder.File("home"), [("KD_INSECURE", "true")], "silo", "--url", "http://0.0.0.0:0", "--log-level", "warning", "--log-format", "json");
        Assert.Contains("\"Setting\":\"insecure\"", await kd.LineAsync("OPEN"), StringComparison.Ordinal);
        Assert.StartsWith("OPEN: the setting insecure lets this silo serve other machines without TLS and tokens", await kd.LineAsync("OPEN: "), StringComparison.Ordinal);
        await kd.SignalAsync("TERM");
        Assert.Equal(0, await kd.EndAsync());
    }

    private string File(string json)
    {
        string file = _folder.File("settings.json");
        System.IO.File.WriteAllText(file, json);
        return file;
    }

    private Invocation Line((string Name, string Value)[] environment, params string[] words) => Parse(new(environment.ToDictionary(e => e.Name, e => e.Value)), words);

    private Invocation Parse(CliHarness cli, params string[] words) =>
        new Parser([SiloCommand.Definition]).Parse(["silo", .. words], cli.Context with { Directory = Path.GetDirectoryName(_folder.File("x"))! });
}
