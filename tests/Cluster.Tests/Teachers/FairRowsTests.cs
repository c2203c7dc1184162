using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.Tests.Support.Simulation;

namespace KdCluster.Tests.Teachers;

public class FairRowsTests
{
    private const int Rows = 32;
    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(5);
    private static readonly SoftTargetSet s_set = new(new string('a', 64), OutputNames.Logits, ElementType.Float32, 1, 0, new string('b', 64));

    private readonly VirtualTime _time = new();
    private readonly FairRows _waiting;

    public FairRowsTests() => _waiting = new FairRows(Rows, s_linger, _time);

    [Fact]
    public void A_large_run_does_not_starve_a_small_one()
    {
        Add("large", 16, 8000);
        Assert.Equal(["large"], Askers(_waiting.Next().Batch!).Keys);

        Add("small", 16, 40);

        List<Dictionary<string, int>> batches = [.. Enumerable.Range(0, 4).Select(_ => Askers(_waiting.Next().Batch!))];
        Assert.Equal(40, batches.Take(3).Sum(b => b.GetValueOrDefault("small")));
        Assert.All(batches, b => Assert.Equal(Rows, b.Values.Sum()));
        Assert.Equal(["large"], batches[3].Keys);
    }

    [Fact]
    public void Nor_when_their_lengths_differ_and_the_small_one_fills_no_batch()
    {
        Add("large", 16, 8000);
        Add("small", 64, 3);
        Advance(2 * s_linger);

        List<Dictionary<string, int>> batches = [.. Enumerable.Range(0, 3).Select(_ => Askers(_waiting.Next().Batch!))];

        Assert.Contains(batches, b => b.GetValueOrDefault("small") == 3);
    }

    [Fact]
    public void Three_askers_get_the_same_share_of_the_device_whatever_the_length_of_their_rows()
    {
        Dictionary<string, int> padded = new() { ["a"] = 0, ["b"] = 0, ["c"] = 0 };
        Add("a", 16, 6000);
        Add("b", 32, 6000);
        Add("c", 64, 6000);
        for (int batch = 0; batch < 120; batch++)
        {
            (int length, List<PendingRow>? rows, _) = _waiting.Next();
            padded[rows![0].Request.Asker] += length * rows.Count;
        }

        Assert.InRange(padded.Values.Min() / (double)padded.Values.Max(), 0.9, 1);
    }

    [Fact]
    public void One_that_was_away_has_no_claim_on_the_time_before()
    {
        Add("busy", 16, 320);
        for (int batch = 0; batch < 9; batch++)
        {
            _waiting.Next();
        }

        Add("new", 16, 320);
        Add("busy", 16, 320);

        Dictionary<string, int> served = Askers([.. Enumerable.Range(0, 6).SelectMany(_ => _waiting.Next().Batch!)]);
        Assert.InRange(served["new"] / (double)served["busy"], 0.7, 1.5);
    }

    [Fact]
    public void A_bucket_that_is_not_full_waits_its_linger_and_is_not_overtaken_for_ever()
    {
        Add("run", 64, 1);
        Assert.Equal(s_linger, _waiting.Next().Wait);

        int batches = 0;
        while (true)
        {
            Add("run", 16, Rows);
            Advance(TimeSpan.FromMilliseconds(10));
            if (_waiting.Next().Length == 64)
            {
                break;
            }

            Assert.InRange(++batches, 0, 15);
        }
    }

    [Fact]
    public void What_is_given_up_is_dropped_and_nothing_is_left_behind()
    {
        using CancellationTokenSource given = new();
        PendingRequest up = Add("gone", 16, 10, given.Token);
        PendingRequest stays = Add("stays", 16, 10);
        given.Cancel();
        Advance(2 * s_linger);

        Assert.Equal(["stays"], Askers(_waiting.Next().Batch!).Keys);
        Assert.True(up.Completion.IsFaulted || up.Completion.IsCanceled);
        Assert.False(stays.Completion.IsCompleted);
        Assert.Equal(0, _waiting.Count);
        Assert.Null(_waiting.Next().Batch);
    }

    [Fact]
    public void A_full_queue_refuses_all_but_those_who_have_less_than_their_share()
    {
        RowQueue queue = new(100);
        Assert.True(queue.TryEnter("large", 60));
        Assert.True(queue.TryEnter("large", 40));
        Assert.False(queue.TryEnter("large", 1));
        Assert.True(queue.TryEnter("small", 50));
        Assert.False(queue.TryEnter("small", 1));
        queue.Leave("large", 60);
        Assert.True(queue.TryEnter("large", 10));
        queue.Leave("large", 50);
        queue.Leave("small", 50);
        Assert.Equal(0, queue.Rows);
        Assert.True(queue.TryEnter("one of many rows", 4096));
    }

    private PendingRequest Add(string asker, int length, int rows, CancellationToken cancellationToken = default)
    {
        PendingRequest request = new([new RowLayout(TeacherOutput.Of(s_set), new int[rows])], rows, asker, cancellationToken);
        for (int i = 0; i < rows; i++)
        {
            _waiting.Add(length, new PendingRow(new InstanceView(new int[length]), request, i, _time.GetTimestamp()));
        }

        return request;
    }

    private void Advance(TimeSpan by)
    {
        using ITimer timer = _time.CreateTimer(_ => { }, null, by, Timeout.InfiniteTimeSpan);
        Assert.True(_time.Jump());
    }

    private static Dictionary<string, int> Askers(List<PendingRow> batch) => batch.GroupBy(r => r.Request.Asker).ToDictionary(g => g.Key, g => g.Count());
}
