using KdCluster.Cli.Runs;
using KdCluster.V1;

namespace KdCluster.Tests.Cli;

public class TopViewTests
{
    [Fact]
    public void The_cluster_is_shown_as_a_summary_and_four_tables()
    {
        IReadOnlyList<string> lines = TopView.Render(Cluster(), new FakeTimeProvider());

        Assert.Equal("2 silos, 2 teachers, 1 run | 1,500 rows/s, 96 rows wait | store 2.0 MiB, 75 hits, 25 misses (75.0 %)", lines[0]);
        Assert.Contains(lines, l => l.StartsWith("http://a:1", StringComparison.Ordinal) && l.Contains("teacher trainer", StringComparison.Ordinal) && l.Contains("1.0 GiB of 4.0 GiB", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("http://b:2", StringComparison.Ordinal) && l.EndsWith("draining, without store", StringComparison.Ordinal));
        string first = lines.Single(l => l.StartsWith("large", StringComparison.Ordinal));
        Assert.Matches(@"large +1 of 2 \(1-4\) +http://a:1 +cuda:0 +64 +1,000 +12,345", first);
        Assert.Contains(lines, l => l.StartsWith(' ') && l.Contains("http://b:2", StringComparison.Ordinal) && l.Contains("draining", StringComparison.Ordinal));
        Assert.Matches("small +0 of 1 +- .*not loaded", lines.Single(l => l.StartsWith("small", StringComparison.Ordinal)));
        Assert.Contains(lines, l => l.StartsWith("KD1322", StringComparison.Ordinal));
        Assert.Matches(@"tiny-1 +running +http://b:2 +2 +1 +25\.0 % +300 +10\.0 % +40 +60 ", lines.Single(l => l.StartsWith("tiny-1", StringComparison.Ordinal)));
        Assert.Matches(@"uniform/1 +tiny-1 +http://a:1 +2 +train +50 of 100 +300", lines.Single(l => l.StartsWith("uniform/1", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, l => l.StartsWith("alone/2", StringComparison.Ordinal));
        Assert.Matches("1 of 2", lines.Single(l => l.StartsWith("http://a:1", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_silo_with_nothing_to_do_is_shown_too()
    {
        OverviewReply all = new();
        all.Silos.Add(new ClusterSilo { Address = "http://a:1", Version = "1" });

        IReadOnlyList<string> lines = TopView.Render(all, new FakeTimeProvider());

        Assert.Equal("1 silo, 0 teachers, 0 runs | 0 rows/s, 0 rows wait | no store", lines[0]);
        Assert.Equal(5, lines.Count);
    }

    private static OverviewReply Cluster()
    {
        OverviewReply all = new() { Store = new StoreStatsReply { Bytes = 2 << 20, Hits = 75, Misses = 25, Available = true } };
        ClusterSilo a = new() { Address = "http://a:1", Memory = 4L << 30, MemoryUsed = 1L << 30, Version = "1.0", Students = 1, Trainers = 2 };
        a.Roles.AddRange(["teacher", "trainer"]);
        a.Devices.Add("cuda:0");
        a.Teachers.Add("large");
        all.Silos.AddRange([a, new ClusterSilo { Address = "http://b:2", Draining = true, Degraded = { "store: it does not answer" } }]);
        TeacherOverview large = new() { Name = "large", Replicas = 2, Min = 1, Max = 4 };
        large.Places.Add(new ReplicaOverview { Address = "http://a:1", Device = "cuda:0", Queue = 64, RowsPerSecond = 1000, RowsComputed = 12345 });
        large.Places.Add(new ReplicaOverview { Address = "http://b:2", Device = "cpu", Queue = 32, RowsPerSecond = 500, Draining = true });
        large.Trouble.Add(new Error { Code = "KD1322", What = "it has 1 of 2 replicas." });
        all.Teachers.AddRange([large, new TeacherOverview { Name = "small", Replicas = 1, Min = 1, Max = 1 }]);
        Run run = new() { Id = "tiny-1", Name = "tiny", State = RunState.Running, Silo = "http://b:2" };
        run.Students.Add(new Student { Variant = "uniform", Seed = 1, Silo = "http://a:1", Attempt = 2, Stage = "train", Step = 50, Steps = 100, RowsPerSecond = 300, StallShare = 0.1, StoreHits = 40, TeacherRows = 60 });
        run.Students.Add(new Student { Variant = "alone", Seed = 2, Stage = "waiting", Steps = 100 });
        all.Runs.Add(run);
        return all;
    }
}
