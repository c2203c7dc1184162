using KdCluster.Cli.Doctor;

namespace KdCluster.Tests.Cli;

public sealed class TorchChecksTests
{
    [Theory]
    [InlineData(null, "no NVIDIA driver")]
    [InlineData("12.2", "CUDA up to 12.2, this libtorch is for 12.8")]
    [InlineData("12.8", "shows no device")]
    [InlineData("13.0", "shows no device")]
    public void A_libtorch_for_CUDA_that_sees_no_device_says_why(string? driver, string said)
    {
        Check check = TorchChecks.Driver(new Version(12, 8), driver is null ? null : Version.Parse(driver));
        Assert.Equal(CheckState.Warn, check.State);
        Assert.Contains(said, check.Text, StringComparison.Ordinal);
        Assert.NotNull(check.Remedy);
    }

    [Fact]
    public void Two_libtorchs_in_one_process_are_a_failure() =>
        Assert.Equal(CheckState.Fail, Assert.Single(TorchChecks.Files(["/a/libtorch_cpu.so", "/b/libtorch_cpu.so"])).State);
}
