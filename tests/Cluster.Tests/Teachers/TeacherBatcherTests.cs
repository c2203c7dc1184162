using System.Collections.Concurrent;
using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
using KdCluster.SoftTargets;

namespace KdCluster.Tests.Teachers;

public class TeacherBatcherTests
{
    private const int Rows = 4;
    private static readonly SoftTargetSet s_set = new(new string('a', 64), OutputNames.Logits, ElementType.Float32, 1, 0, new string('b', 64));

    [Fact]
    public async Task Requests_of_several_askers_share_batches_of_one_length_bucket()
    {
        await using Harness harness = new(linger: TimeSpan.FromMinutes(5));
        PendingRequest first = harness.Ask([3, 3, 9]), second = harness.Ask([3, 3, 9, 9, 9]);

        await Task.WhenAll(first.Completion, second.Completion).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([(8, 4), (16, 4)], harness.Batches.Order());
        Assert.Equal([3, 3, 9], harness.Answers(first));
        Assert.Equal([3, 3, 9, 9, 9], harness.Answers(second));
    }

    [Fact]
    public async Task A_partial_batch_goes_out_when_its_linger_is_over()
    {
        await using Harness harness = new(linger: TimeSpan.FromMilliseconds(1));

        await harness.Ask([3]).Completion.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([(8, 1)], harness.Batches);
    }

    [Fact]
    public async Task A_partial_batch_is_filled_up_to_the_moment_a_lane_begins_with_it()
    {
        await using Harness harness = new(linger: TimeSpan.Zero);
        using ManualResetEventSlim free = new(), busy = new();
        Task<bool> other = harness.OccupyAsync(busy, free);
        busy.Wait(TimeSpan.FromSeconds(30));
        PendingRequest first = harness.Ask([3]);
        await harness.ClaimedAsync();
        PendingRequest second = harness.Ask([4, 5, 6]);
        free.Set();

        await Task.WhenAll(first.Completion, second.Completion, other).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([(8, 4)], harness.Batches);
    }

    [Fact]
    public async Task Rows_still_waiting_fail_when_the_teacher_leaves_its_device()
    {
        PendingRequest request;
        await using (Harness harness = new(linger: TimeSpan.FromMinutes(5)))
        {
            request = harness.Ask([3]);
        }

        Assert.Equal("KD1306", (await Assert.ThrowsAsync<KdException>(() => request.Completion)).Code);
    }

    /// <summary>The model goes when the batcher has gone: under a batch that is being computed it would take the process with it.</summary>
    [Fact]
    public async Task It_leaves_only_when_no_batch_is_computed_any_more()
    {
        using ManualResetEventSlim begun = new(), free = new();
        Harness harness = new(linger: TimeSpan.Zero) { Meanwhile = () => { begun.Set(); free.Wait(TimeSpan.FromSeconds(30)); } };
        PendingRequest request = harness.Ask([3]);
        Assert.True(begun.Wait(TimeSpan.FromSeconds(30)));
        Task leaving = harness.DisposeAsync().AsTask();
        await Task.Delay(100);
        Assert.False(harness.Gone);
        free.Set();
        await leaving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(harness.Gone);
        Assert.Equal([3], harness.Answers(request));
    }

    [Fact]
    public async Task A_request_given_up_does_not_hold_back_the_others()
    {
        await using Harness harness = new(linger: TimeSpan.FromMilliseconds(20));
        using CancellationTokenSource given = new();
        PendingRequest up = harness.Ask([3], given.Token);
        await given.CancelAsync();

        await harness.Ask([3]).Completion.WaitAsync(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => up.Completion);
    }

    /// <summary>A batcher whose answer to a row is the row's length.</summary>
    private sealed class Harness : IAsyncDisposable
    {
        private readonly DeviceWorker _worker = new("test", 1, e => throw new InvalidOperationException("work faulted", e));
        private readonly TeacherBatcher _batcher;

        public Harness(TimeSpan linger) => _batcher = new TeacherBatcher(_worker, length => length <= 8 ? 8 : 16, Compute, Rows, linger, TimeProvider.System);

        /// <summary>Called while a batch is computed.</summary>
        public Action Meanwhile { get; init; } = () => { };

        /// <summary>Whether the batcher has gone.</summary>
        public bool Gone { get; private set; }

        public ConcurrentQueue<(int Length, int Rows)> Batches { get; } = new();

        public PendingRequest Ask(int[] lengths, CancellationToken cancellationToken = default, string asker = "")
        {
            PendingRequest request = new([new RowLayout(TeacherOutput.Of(s_set), lengths)], lengths.Length, asker, cancellationToken);
            _batcher.Add(request, [.. lengths.Select(l => new InstanceView(new int[l]))]);
            return request;
        }

        /// <summary>Keeps the only lane busy until told.</summary>
        public Task<bool> OccupyAsync(ManualResetEventSlim busy, ManualResetEventSlim free) => _worker.RunAsync(
            () =>
            {
                busy.Set();
                return free.Wait(TimeSpan.FromSeconds(30));
            },
            default);

        /// <summary>Returns once something waits for the lane.</summary>
        public async Task ClaimedAsync()
        {
            while (_worker.Waiting == 0)
            {
                await Task.Yield();
            }
        }

        public int[] Answers(PendingRequest request) => [.. Enumerable.Range(0, request.Buffers[0].Length / 4).Select(i => (int)BitConverter.ToSingle(request.RowOf(0, i)))];

        public async ValueTask DisposeAsync()
        {
            await _batcher.DisposeAsync();
            Gone = true;
            await _worker.DisposeAsync();
        }

        private void Compute(int length, IReadOnlyList<PendingRow> batch)
        {
            Batches.Enqueue((length, batch.Count));
            Meanwhile();
            foreach (PendingRow row in batch)
            {
                BitConverter.TryWriteBytes(row.Request.RowOf(0, row.Index), (float)row.View.Length);
                row.Request.RowDone();
            }
        }
    }
}
