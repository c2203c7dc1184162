using System.Reflection;
using System.Runtime.CompilerServices;

namespace KdCluster.Tests.OrleansRuntime;

/// <summary>What the polyfill offers is listed, so that growth is seen; and the packages offer all of it, so that nothing is invented.</summary>
public class SurfaceTests
{
    private const string Approved = "Orleans.approved.txt";

    [Fact]
    public void The_polyfill_offers_what_is_approved_and_the_packages_offer_it_too()
    {
        if (PackageModes.IsPolyfill(typeof(Grain).Assembly))
        {
            PublicSurface.AssertApproved(typeof(Grain).Assembly, Approved);
            return;
        }
        var offered = Directory.GetFiles(AppContext.BaseDirectory, "Orleans*.dll").SelectMany(file => PublicSurface.Lines(Assembly.LoadFrom(file))).ToHashSet();
        var invented = File.ReadLines(ApprovedFile()).Where(line => !line.EndsWith("(no members)", StringComparison.Ordinal) && !offered.Contains(line)).ToArray();
        Assert.True(invented.Length == 0, $"The packages do not offer:\n{string.Join('\n', invented)}");
    }

    private static string ApprovedFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, Approved);
}
