using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Commands;
using KdCluster.Cli.Silos;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Cli;

public class SiloConnectionTests
{
    [Fact]
    public async Task A_line_to_paste_finds_the_same_silo_and_home()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string[] options = ["--silo", silo.Silo.Address, "--home", silo.Home];
        CliContext context = new CliHarness().Context;
        await using SiloConnection connection = await SiloConnection.OpenAsync(new Parser([RunListCommand.Definition]).Parse(["run", "list", .. options], context), CancellationToken.None);

        string line = connection.Line("run list");

        Assert.Equal($"kd run list --silo {silo.Silo.Address} --home {silo.Home}", line);
        Assert.Equal(silo.Home, new Parser([RunListCommand.Definition]).Parse(line.Split(' ')[1..], context).Value(CommonOptions.Home));
    }
}
