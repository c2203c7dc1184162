using KdCluster.Cluster.Runs;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Runs;

public class RunClaimTests
{
    [Fact]
    public void A_trainer_that_wakes_up_late_may_not_write_what_a_later_attempt_owns()
    {
        using TemporaryFolder folder = new();
        RunClaim early = new(folder.File("student"), 3), late = new(folder.File("student"), 4);
        early.Take();
        early.Check();
        late.Take();

        Assert.Equal("KD1504", Assert.Throws<KdException>(early.Check).Code);
        Assert.Equal("KD1504", Assert.Throws<KdException>(early.Take).Code);
        late.Check();
        late.Take();
    }
}
