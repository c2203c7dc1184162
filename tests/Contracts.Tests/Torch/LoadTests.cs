using System.Reflection;
using TorchSharp;

namespace KdCluster.Tests.Torch;

/// <summary>What another libtorch than the package's is compared with.</summary>
public sealed class LoadTests
{
    [Fact]
    public void The_libtorch_that_it_was_built_for_is_a_constant() =>
        Assert.StartsWith("2.10.", (string?)typeof(torch).GetField("libtorchPackageVersion", BindingFlags.Static | BindingFlags.NonPublic)?.GetRawConstantValue(), StringComparison.Ordinal);
}
