using KdCluster.Bench;
using KdCluster.Tests.Cli;

namespace KdCluster.Tests.Bench;

public sealed class BenchCommandTests
{
    [Fact]
    public void No_option_is_lost() => ApprovedList.LosesNothing("tests/Bench.Tests/Approved/bench.txt", ApprovedCommands.Lines(BenchCommand.Definition));

    [Fact]
    public Task The_help_fits_80_columns_with_an_example_that_is_understood() => CommandHelp.CheckAsync([BenchCommand.Definition], "bench");
}
