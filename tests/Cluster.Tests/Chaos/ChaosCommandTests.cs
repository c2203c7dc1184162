using KdCluster.Chaos;
using KdCluster.Cli.CommandLine;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Chaos;

public sealed class ChaosCommandTests
{
    [Fact]
    public void No_option_is_lost() => ApprovedList.LosesNothing("tests/Cluster.Tests/Approved/chaos.txt", ApprovedCommands.Lines(ChaosCommand.Definition));

    [Fact]
    public Task The_help_fits_80_columns_with_an_example_that_is_understood() => CommandHelp.CheckAsync([ChaosCommand.Definition], "chaos");

    [Theory]
    [InlineData("usr/share/dotnet/dotnet", "kd.dll")]
    [InlineData("opt/kdcluster/KdCluster.Chaos", "kd")]
    public void Unless_a_kd_is_named_it_is_the_one_beside_the_program_under_the_same_host(string process, string file)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("kd"), "");
        File.WriteAllText(folder.File("kd.dll"), "");

        KdProgram kd = KdProgram.Find(null, "/" + process, folder.Path);

        string path = folder.File(file);
        Assert.Equal(file == "kd" ? [path] : ["/" + process, path], [kd.File, .. kd.Prefix]);
    }

    [Theory]
    [InlineData("/usr/share/dotnet/dotnet", "kd.dll", "/usr/share/dotnet/dotnet")]
    [InlineData("/opt/kdcluster/KdCluster.Chaos", "kd.dll", "dotnet")]
    [InlineData("/usr/share/dotnet/dotnet", "kd", null)]
    public void A_kd_that_is_named_runs_under_dotnet_where_it_is_an_assembly(string process, string named, string? host)
    {
        using TemporaryFolder folder = new();
        string path = folder.File(named);
        File.WriteAllText(path, "");

        KdProgram kd = KdProgram.Find(path, process, "/nowhere");

        Assert.Equal(host is null ? [path] : [host, path], [kd.File, .. kd.Prefix]);
    }

    [ManySilos.ManySilosFact]
    public async Task A_kd_that_is_not_there_is_refused_before_anything_starts()
    {
        CliHarness cli = new() { Commands = [ChaosCommand.Definition] };

        Assert.Equal(ExitCode.Error, await cli.RunAsync("chaos", "--kd", "/nowhere/kd.dll"));
        Assert.StartsWith("KD1704 at --kd: there is no program /nowhere/kd.dll", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_former_name_of_an_option_is_understood()
    {
        CliHarness cli = new() { Commands = [ChaosCommand.Definition] };

        Assert.Equal(ExitCode.Error, await cli.RunAsync("chaos", "--patience", "3", "--timeout-factor", "3"));
        Assert.StartsWith("KD1704 at --timeout-factor: given twice", cli.Error, StringComparison.Ordinal);
    }
}
