using KdCluster.Cli.Doctor;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Cli;

public class DataChecksTests
{
    [Fact]
    public void A_machine_without_an_SDK_is_warned_and_no_more()
    {
        using TemporaryFolder folder = new();

        Check check = DataChecks.BuiltIn([folder.Path]);

        Assert.Equal(CheckState.Warn, check.State);
        Assert.Contains("dotnet-docs", check.Text, StringComparison.Ordinal);
    }
}
