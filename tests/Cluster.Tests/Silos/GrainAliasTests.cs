using System.Reflection;
using KdCluster.Grains;

namespace KdCluster.Tests.Silos;

public class GrainAliasTests
{
    /// <summary>Silos of two versions call each other by these names while a cluster is upgraded: without them a renamed method is another one.</summary>
    [Fact]
    public void Every_grain_interface_and_each_of_its_methods_has_a_name_on_the_wire_of_its_own()
    {
        Type[] grains = [.. typeof(IRunGrain).Assembly.GetTypes().Concat(typeof(Cluster.KdClusterOptions).Assembly.GetTypes()).Where(t => t.IsInterface && t.IsAssignableTo(typeof(IGrain)) && t.Namespace!.StartsWith("KdCluster", StringComparison.Ordinal))];

        Assert.Contains(typeof(IAllowanceGrain), grains);
        Assert.Empty(grains.Where(g => Alias(g) is null).Select(g => g.Name));
        Assert.Equal(grains.Length, grains.Select(Alias).Distinct().Count());
        Assert.All(grains, g => Assert.DoesNotContain(null, g.GetMethods().Select(Alias)));
        Assert.All(grains, g => Assert.Equal(g.GetMethods().Length, g.GetMethods().Select(Alias).Distinct().Count()));
    }

    private static string? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias;
}
