using System.Threading.Channels;
using KdCluster.Cluster.Runs;
using KdCluster.Runs;

namespace KdCluster.Tests.Runs;

public class LatestReportTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private readonly Channel<(long Step, TaskCompletionSource Ended)> _sent = Channel.CreateUnbounded<(long, TaskCompletionSource)>();
    private readonly List<string> _lost = [];

    [Fact]
    public async Task While_one_is_under_way_only_the_latest_is_kept_and_sent_also_when_that_one_is_lost()
    {
        LatestReport reports = new(Send, e => _lost.Add(e.Message));
        reports.Post(Status(1));
        (long step, TaskCompletionSource ended) = await NextAsync();
        Assert.Equal(1, step);
        reports.Post(Status(2));
        reports.Post(Status(3));

        ended.SetException(new IOException("the grain is gone"));

        (step, ended) = await NextAsync();
        Assert.Equal(3, step);
        Assert.Equal(["the grain is gone"], _lost);
        ended.SetResult();
        reports.Post(Status(4));
        Assert.Equal(4, (await NextAsync()).Step);
    }

    private static StudentStatus Status(long step) => new() { Variant = "uniform", Seed = 1, Step = step };

    private Task Send(StudentStatus status)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _sent.Writer.TryWrite((status.Step, ended));
        return ended.Task;
    }

    private Task<(long Step, TaskCompletionSource Ended)> NextAsync() => _sent.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
}
