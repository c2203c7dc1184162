using KdCluster.Cli;

namespace KdCluster.Tests.Cli;

public class OwnProgramTests
{
    [Theory]
    [InlineData("/usr/share/dotnet/dotnet", "/opt/kdcluster/kd.dll")]
    [InlineData("/opt/kdcluster/kd", null)]
    public void The_assembly_is_named_to_dotnet_and_not_to_the_host_that_a_publish_makes(string process, string? named) =>
        Assert.Equal(named is null ? [] : [named], OwnProgram.PrefixOf(process, "/opt/kdcluster/kd.dll"));
}
