using KdCluster.Cli.CommandLine;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Cli;

public class SeveralSilosTests
{
    [Fact]
    public async Task A_command_asks_the_next_silo_when_one_does_not_answer()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        CliHarness cli = new();

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("run", "list", "--silo", $"http://127.0.0.1:9, {silo.Silo.Address}"));
    }

    [Fact]
    public async Task Each_of_several_addresses_must_be_one()
    {
        CliHarness cli = new();

        Assert.NotEqual(ExitCode.Ok, await cli.RunAsync("run", "list", "--silo", "http://127.0.0.1:9,elsewhere"));
        Assert.Contains("KD1706", cli.Error, StringComparison.Ordinal);
    }
}
