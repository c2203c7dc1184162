using KdCluster.Cluster.Services;
using KdCluster.Cluster.Teachers;
using KdCluster.Grains;
using KdCluster.Tests.Cli;
using KdCluster.V1;

namespace KdCluster.Tests.Teachers;

public class ReplicaScalerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ReplicaScaler _scaler;

    public ReplicaScalerTests() => _scaler = new ReplicaScaler(TimeSpan.FromSeconds(60), _time);

    [Fact]
    public void Rows_that_wait_long_bring_replicas_one_after_the_other_up_to_the_most()
    {
        List<int> wanted = Follow(seconds: 120, queue: 30, min: 1, max: 4);

        Assert.Equal([1, 2, 3, 4], wanted.Distinct());
        Assert.InRange(wanted.IndexOf(2), 5, 7);
        Assert.True(wanted.IndexOf(3) - wanted.IndexOf(2) >= 10, "no time was left to see what the second one does");
    }

    [Fact]
    public void A_short_burst_changes_nothing()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(2, Step(2, 30));
            Assert.Equal(2, Step(2, 30));
            Assert.Equal(2, Step(2, 1));
        }
    }

    [Fact]
    public void Rows_that_do_not_wait_take_replicas_away_slowly_and_not_below_the_fewest()
    {
        List<int> wanted = Follow(seconds: 400, queue: 0, min: 2, max: 6, from: 4);

        Assert.Equal([4, 3, 2], wanted.Distinct());
        Assert.InRange(wanted.IndexOf(3), 60, 62);
    }

    [Fact]
    public void Between_the_two_bounds_nothing_changes() => Assert.All(Follow(seconds: 300, queue: 1, min: 1, max: 9, from: 3), n => Assert.Equal(3, n));

    [Fact]
    public void While_a_replica_is_still_loading_no_other_one_is_wanted()
    {
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(3, Step(3, 30, serving: 2));
        }
    }

    [Fact]
    public void A_range_that_was_narrowed_is_kept_at_once() => Assert.Equal(2, _scaler.Next(5, 5, 1, 1, 2));

    [Theory]
    [InlineData(3, 0, 0, 3, 3, 3)]
    [InlineData(0, 1, 4, 2, 1, 4)]
    [InlineData(0, 3, 4, 3, 3, 4)]
    [InlineData(0, 0, 1, 1, 1, 1)]
    [InlineData(2, 1, 4, 2, 1, 4)]
    public void A_request_to_scale_makes_a_range(int replicas, int min, int max, int wanted, int fewest, int most) => Assert.Equal(
        (wanted, fewest, most), ReplicaRange.Of(new ScaleTeacherRequest { Name = "t", Replicas = replicas, Min = min, Max = max }, new TeacherScale { Replicas = 2 }));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 4, 2)]
    [InlineData(5, 1, 4)]
    [InlineData(-1, 0, 0)]
    [InlineData(1, -1, 3)]
    [InlineData(5000, 0, 0)]
    public void Or_is_refused(int replicas, int min, int max) => Assert.Equal(
        "KD1323", Assert.Throws<KdException>(() => ReplicaRange.Of(new ScaleTeacherRequest { Name = "t", Replicas = replicas, Min = min, Max = max }, new TeacherScale { Replicas = 2 })).Code);

    private List<int> Follow(int seconds, double queue, int min, int max, int from = 1)
    {
        List<int> wanted = [from];
        for (int i = 0; i < seconds; i++)
        {
            wanted.Add(Step(wanted[^1], queue, min: min, max: max));
        }

        return wanted;
    }

    private int Step(int desired, double queue, int? serving = null, int min = 1, int max = 9)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return _scaler.Next(desired, serving ?? desired, queue, min, max);
    }
}
