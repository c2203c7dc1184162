using KdCluster.Cluster;

namespace KdCluster.Tests.Hosting;

public sealed class SiloSettingsTests
{
    [Fact]
    public void The_first_source_that_says_something_holds()
    {
        KdClusterOptions read = SiloSettings.Read(
            new KdClusterOptions(), Source("--", new() { ["trainers"] = "3" }), Source("KD_", new() { ["trainers"] = "5", ["linger"] = "0.25" }), Source("file", new() { ["linger"] = "1" }));
        Assert.Equal((3, TimeSpan.FromSeconds(0.25)), (read.Trainers, read.Linger));
    }

    [Fact]
    public void All_wrong_values_are_reported_at_once_with_their_place()
    {
        KdException e = Assert.Throws<KdException>(() => SiloSettings.Read(
            new KdClusterOptions(), Source("KD_", new() { ["trainers"] = "many", ["roles"] = "teacher,cook", ["url"] = "localhost", ["resume"] = "perhaps" })));
        Assert.Equal(4, e.Errors.Count(x => x.Code == "KD1606"));
        Assert.Contains(e.Errors, x => x.Where == "KD_roles" && x.What.Contains("cook", StringComparison.Ordinal));
    }

    [Fact]
    public void Roles_without_a_cluster_and_an_address_that_nobody_could_call_are_refused()
    {
        Assert.Equal("KD1607", Assert.Throws<KdException>(() => SiloSettings.Read(new KdClusterOptions(), Source("--", new() { ["roles"] = "teacher" }))).Code);
        Assert.Equal("KD1607", Assert.Throws<KdException>(() => SiloSettings.Read(
            new KdClusterOptions(), Source("--", new() { ["redis"] = "redis://127.0.0.1:1", ["url"] = "http://0.0.0.0:5200" }))).Code);
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

    private static Func<SiloSetting, (string?, string)> Source(string place, Dictionary<string, string> values) =>
        setting => (values.GetValueOrDefault(setting.Name), place + setting.Name);
}
