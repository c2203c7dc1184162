using System.Runtime.CompilerServices;

namespace KdCluster.Tests.OrleansRuntime;

public interface IStreamGrain : IGrainWithStringKey
{
    IAsyncEnumerable<int> Count(int to);

    IAsyncEnumerable<int[]> Same(int times);

    IAsyncEnumerable<int> Endless(string topic, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> FailAfter(int items);

    IAsyncEnumerable<string> Gated(string gate);

    Task<int> Ping();

    Task Leave();
}

public class StreamGrain(Probe probe) : Grain, IStreamGrain
{
    private int _pings;

    public async IAsyncEnumerable<int> Count(int to)
    {
        for (var i = 0; i < to; i++)
        {
            if (i % 37 == 0)
                await Task.Yield();
            yield return i;
        }
    }

    public async IAsyncEnumerable<int[]> Same(int times)
    {
        int[] same = [0];
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
            same[0] = i;
            yield return same;
        }
    }

    public async IAsyncEnumerable<int> Endless(string topic, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var turns = TaskScheduler.Current;
        try
        {
            for (var i = 0; ; i++)
            {
                await Task.Delay(1, cancellationToken);
                yield return i;
            }
        }
        finally
        {
            probe.Say(topic, TaskScheduler.Current == turns ? "ended" : "ended elsewhere");
        }
    }

    public async IAsyncEnumerable<int> FailAfter(int items)
    {
        for (var i = 0; i < items; i++)
            yield return i;
        await Task.Yield();
        throw new UnlikelyException("stream");
    }

    public async IAsyncEnumerable<string> Gated(string gate)
    {
        yield return "before";
        await probe.Gate(gate);
        yield return "after";
    }

    public Task<int> Ping() => Task.FromResult(++_pings);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
