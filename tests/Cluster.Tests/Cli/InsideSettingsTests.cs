using System.Text.Json;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Commands;
using KdCluster.Cli.Silos;
using KdCluster.Cluster;

namespace KdCluster.Tests.Cli;

/// <summary>The silo inside a command takes from the environment and the file what <c>kd silo</c> takes, save what is of a silo that lasts: setting by setting of the table.</summary>
public sealed class InsideSettingsTests
{
    // A value of each that is not its default.
    private static readonly Dictionary<string, string> s_values = new()
    {
        ["url"] = "http://127.0.0.1:5999",
        ["advertise"] = "http://there:1",
        ["home"] = "/elsewhere",
        ["shared"] = "/shared",
        ["roles"] = "teacher",
        ["redis"] = "redis://there",
        ["cluster"] = "other",
        ["silo-host"] = "there",
        ["silo-port"] = "11111",
        ["silo-listen"] = "11112",
        ["probe"] = "3",
        ["store"] = "none",
        ["device"] = "cuda:1",
        ["memory"] = "1",
        ["trainers"] = "777",
        ["lanes"] = "7",
        ["teacher-rows"] = "8",
        ["linger"] = "0.5",
        ["scale-calm"] = "3",
        ["torch-threads"] = "2",
        ["metrics"] = "http://127.0.0.1:9999",
        ["dashboard"] = "http://127.0.0.1:9998",
        ["log-format"] = "json",
        ["log-level"] = "debug",
        ["tokens"] = "/tokens",
        ["token"] = "secret",
        ["token-file"] = "/token",
        ["cert"] = "/cert",
        ["key"] = "/key",
        ["ca"] = "/ca",
        ["inference-ca"] = "/inference-ca",
        ["inference-token-file"] = "/inference-token",
        ["require-client-cert"] = "true",
        ["data-roots"] = "/data",
        ["insecure"] = "true",
        ["metrics-open"] = "true",
        ["resume"] = "true",
    };

    public static TheoryData<string> Names => [.. SiloSettings.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_holds_for_the_silo_inside_a_command_or_is_known_to_be_passed_over(string name)
    {
        SiloSetting setting = SiloSettings.All.Single(s => s.Name == name);
        string value = s_values[name];
        // A token is shown to those whom an authority signed for.
        (string, string)[] others = name is "token" or "token-file" ? [("KD_CA", "/ca")] : [];
        KdClusterOptions plain = SiloStarter.Options(With(others));

        Invocation given = With([.. others, (setting.Variable, value)]);

        KdClusterOptions wanted = SiloStarter.Options(With(others));
        setting.Apply(wanted, value);
        Assert.NotEqual(Text(plain), Text(wanted));
        Assert.Equal(Text(setting.Lasting ? plain : wanted), Text(SiloStarter.Options(given)));
        Assert.Equal(setting.Lasting ? [setting.Variable] : [], SettingSources.Lasting(given).Values);
    }

    [Fact]
    public void The_file_holds_too_and_a_token_that_no_authority_is_named_for_is_the_commands_own()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, """{ "KdCluster": { "TorchThreads": 3, "Home": "/of/the/file", "Url": "http://127.0.0.1:1" } }""");

        Invocation given = With([("KD_CONFIG", file), ("KD_TOKEN", "secret")]);

        KdClusterOptions found = SiloStarter.Options(given);
        Assert.Equal((3, "/of/the/file", "http://127.0.0.1:0", null), (found.TorchThreads, found.Home, found.Url, found.Security.Token));
        Assert.Equal("/of/the/file", KdHome.Of(given).Folder);
        Assert.Contains("KdCluster:Url", Assert.Single(SettingSources.Lasting(given).Values), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task What_is_passed_over_is_said_and_no_silo_that_is_alone_is_started_where_settings_are_of_a_cluster()
    {
        using Support.TemporaryFolder home = new();
        CliHarness alone = Harness(("KD_HOME", home.Path), ("KD_URL", "http://127.0.0.1:1"));
        Assert.Equal(0, await alone.RunAsync("run", "list"));
        Assert.Contains("for kd silo only: KD_URL", alone.Error, StringComparison.Ordinal);

        CliHarness cluster = Harness(("KD_HOME", home.Path), ("KD_REDIS", "redis://127.0.0.1:1"));
        Assert.Equal(2, await cluster.RunAsync("run", "list"));
        Assert.Contains("KD1607", cluster.Error, StringComparison.Ordinal);
        Assert.Contains("KD_REDIS", cluster.Error, StringComparison.Ordinal);
    }

    private static CliHarness Harness(params (string Name, string Value)[] environment) => new(environment.ToDictionary(e => e.Name, e => e.Value));

    private static Invocation With(params (string Name, string Value)[] environment) => new Parser([RunListCommand.Definition]).Parse(
        ["run", "list"], Harness(environment).Context);

    private static string Text(KdClusterOptions options) => JsonSerializer.Serialize(options);
}
