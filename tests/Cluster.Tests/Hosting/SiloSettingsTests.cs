using System.Text.Json;
using KdCluster.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KdCluster.Tests.Hosting;

public sealed class SiloSettingsTests
{
    [Fact]
    public void The_last_source_that_says_something_holds_and_a_host_may_say_what_is_usual()
    {
        KdClusterOptions read = Read(new() { ["Trainers"] = "5", ["Linger"] = "1" }, new() { ["Trainers"] = "3", ["Linger"] = "0.25" });
        Assert.Equal((3, TimeSpan.FromSeconds(0.25), "http://127.0.0.1:0"), (read.Trainers, read.Linger, read.Url));
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_in_values_in_names_and_in_what_contradicts()
    {
        KdException e = Assert.Throws<KdException>(() => Read(
            new() { ["Trainers"] = "many", ["Roles"] = "teacher,cook", ["Url"] = "localhost", ["Resume"] = "perhaps", ["Redis"] = "redis", ["SiloPrt"] = "1" }));
        Assert.Equal(5, e.Errors.Count(x => x.Code == "KD1606"));
        Assert.Contains(e.Errors, x => x.Where == "KdCluster:Roles" && x.What.Contains("cook", StringComparison.Ordinal));
        Assert.Contains(e.Errors, x => x.Where == "KdCluster:SiloPrt" && x.Remedy!.Contains("KdCluster:SiloPort", StringComparison.Ordinal));
        Assert.Contains(e.Errors, x => x.Code == "KD1404");
    }

    [Fact]
    public void Roles_without_a_cluster_and_an_address_that_nobody_could_call_are_refused()
    {
        Assert.Equal("KD1607", Assert.Throws<KdException>(() => Read(new() { ["Roles"] = "teacher" })).Code);
        Assert.Equal("KD1607", Assert.Throws<KdException>(() => Read(new() { ["Redis"] = "redis://127.0.0.1:1", ["Url"] = "http://0.0.0.0:5200" })).Code);
    }

    [Fact]
    public void A_file_may_have_lists_as_arrays_and_switches_as_json_has_them()
    {
        KdClusterOptions read = Read(new() { ["Redis"] = "redis://127.0.0.1:1", ["Roles:0"] = "teacher", ["Roles:1"] = "trainer", ["DataRoots:0"] = "/a", ["DataRoots:1"] = "/b", ["RequireClientCert"] = "True" });
        Assert.Equal((SiloRoles.Teacher | SiloRoles.Trainer, true), (read.Roles, read.Security.RequireClientCert));
        Assert.Equal(["/a", "/b"], read.Security.DataRoots);
        Assert.Equal("KD1606", Assert.Throws<KdException>(() => Read(new() { ["Home:0"] = "/a", ["Home:1"] = "/b" })).Code);
    }

    [Fact]
    public async Task A_host_with_wrong_settings_does_not_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("KdCluster:Lanes", "0")]);
        builder.Services.AddKdClusterOptions(builder.Configuration);
        using IHost host = builder.Build();
        Assert.Equal("KD1606", (await Assert.ThrowsAsync<KdException>(() => host.StartAsync())).Code);
    }

    /// <summary>What the help says of a default is what holds.</summary>
    [Theory]
    [InlineData("cluster")]
    [InlineData("silo-host")]
    [InlineData("silo-port")]
    [InlineData("probe")]
    [InlineData("device")]
    [InlineData("linger")]
    [InlineData("scale-calm")]
    [InlineData("torch-threads")]
    [InlineData("log-format")]
    public void The_default_that_is_documented_is_the_default(string name)
    {
        SiloSetting setting = SiloSettings.All.Single(s => s.Name == name);
        KdClusterOptions options = new(), other = new() { Cluster = "-", SiloHost = "-", SiloPort = 1, Probe = default, Device = "-", Linger = default, ScaleCalm = default, TorchThreads = 9, LogFormat = LogFormat.Json };
        string before = JsonSerializer.Serialize(other);
        string said = setting.Summary[(setting.Summary.IndexOf("Default: ", StringComparison.Ordinal) + 9)..];
        setting.Apply(options, said);
        setting.Apply(other, said);
        Assert.Equal(JsonSerializer.Serialize(new KdClusterOptions()), JsonSerializer.Serialize(options));
        Assert.NotEqual(before, JsonSerializer.Serialize(other));
    }

    [Fact]
    public void A_setting_has_one_name_in_three_spellings()
    {
        SiloSetting setting = SiloSettings.All.Single(s => s.Name == "silo-port");
        Assert.Equal(("KD_SILO_PORT", "KdCluster:SiloPort"), (setting.Variable, setting.Key));
    }

    [Fact]
    public void No_setting_is_lost() => ApprovedList.LosesNothing(
        "tests/Cluster.Tests/Approved/settings.txt",
        SiloSettings.All.Select(s => $"--{s.Name}{(s.Value is null ? "" : $" {s.Value}")} {s.Variable} {s.Variable}_FILE {s.Key}{(s.Lasting ? " (kd silo only)" : "")}"));

    [Fact]
    public void The_settings_page_is_the_table() => KdCluster.Tests.GeneratedFiles.Same("docs/settings.md", SettingsPage.Generate());

    private static KdClusterOptions Read(Dictionary<string, string?> weak, Dictionary<string, string?>? strong = null)
    {
        ConfigurationBuilder configuration = new();
        foreach (Dictionary<string, string?> source in new[] { weak, strong ?? [] })
        {
            configuration.AddInMemoryCollection(source.ToDictionary(s => $"KdCluster:{s.Key}", s => s.Value));
        }

        ServiceCollection services = new();
        services.AddKdClusterOptions(configuration.Build());
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<KdClusterOptions>>().Value;
    }
}
