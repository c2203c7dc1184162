using KdCluster.Cluster;
using KdCluster.Cluster.Runs;
using KdCluster.Recipes;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Runs;

public sealed class RecentDataTests
{
    [Theory]
    [InlineData(0, 50, 70)]         // a minute
    [InlineData(100, 390, 410)]     // four times as long as they took to read
    public void Data_that_were_read_are_kept_for_a_while_the_longer_the_more_there_are(int took, int still, int gone)
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        Recipe recipe = RecipeReader.Read(TinyTask.Recipe(folder.Path), "r.json");
        FakeTimeProvider time = new() { AutoAdvanceAmount = TimeSpan.FromSeconds(took) };
        using RecentData recent = new(new KdClusterOptions { Home = folder.Path }, time);
        var first = recent.Load(recipe, fresh: false);
        time.AutoAdvanceAmount = TimeSpan.Zero;
        time.Advance(TimeSpan.FromSeconds(still));
        Assert.Same(first, recent.Load(recipe, fresh: false));
        time.Advance(TimeSpan.FromSeconds(gone - still));
        Assert.NotSame(first, recent.Load(recipe, fresh: false));
        Assert.NotSame(first, recent.Load(recipe, fresh: true));
    }
}
