using Orleans.Concurrency;

namespace KdCluster.Tests.OrleansRuntime;

public interface ITurnGrain : IGrainWithStringKey
{
    Task<int> Work(int yields);

    Task Append(int value);

    Task<List<int>> Appended();

    Task<bool> StaysInItsTurns();

    Task Hold(string gate);

    [AlwaysInterleave]
    Task Pass(string gate);

    [ReadOnly]
    Task<int> Read(string gate);

    [OneWay]
    Task Tell(string gate);

    [OneWay]
    Task TellAndFail();

    Task SendInOrder(ITurnGrain to, int count);
}

public class TurnGrain(Probe probe) : Grain, ITurnGrain
{
    private readonly List<int> _appended = [];
    private int _inside;
    private int _readers;

    public async Task<int> Work(int yields)
    {
        var most = ++_inside;
        for (var i = 0; i < yields; i++)
        {
            await Task.Yield();
            most = Math.Max(most, _inside);
        }
        _inside--;
        return most;
    }

    public async Task Append(int value)
    {
        if (value % 7 == 0)
            await Task.Yield();
        _appended.Add(value);
    }

    public Task<List<int>> Appended() => Task.FromResult(_appended);

    public async Task<bool> StaysInItsTurns()
    {
        var scheduler = TaskScheduler.Current;
        if (scheduler == TaskScheduler.Default)
            return false;
        await Task.Yield();
        var afterYield = TaskScheduler.Current == scheduler;
        await Task.Run(() => 1);
        var afterPool = TaskScheduler.Current == scheduler;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await Task.Yield()));
        return afterYield && afterPool && TaskScheduler.Current == scheduler;
    }

    public async Task Hold(string gate)
    {
        probe.Say(gate, "holding");
        await probe.Gate(gate);
    }

    public Task Pass(string gate)
    {
        probe.Open(gate);
        return Task.CompletedTask;
    }

    public async Task<int> Read(string gate)
    {
        var readers = ++_readers;
        probe.Say(gate, readers);
        await probe.Gate(gate);
        _readers--;
        return readers;
    }

    public async Task Tell(string gate)
    {
        await probe.Gate(gate);
        probe.Say(gate, "told");
    }

    public Task TellAndFail() => throw new InvalidOperationException("nobody hears this");

    public async Task SendInOrder(ITurnGrain to, int count)
    {
        var sent = new List<Task>();
        for (var i = 0; i < count; i++)
            sent.Add(to.Append(i));
        await Task.WhenAll(sent);
    }
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task<int> Meet(string gate);

    Task Add(int yields);

    Task<int> Sum();
}

[Reentrant]
public class ReentrantGrain(Probe probe) : Grain, IReentrantGrain
{
    private int _inside;
    private int _sum;

    public async Task<int> Meet(string gate)
    {
        var inside = ++_inside;
        if (inside == 2)
            probe.Open(gate);
        await probe.Gate(gate);
        return inside;
    }

    public async Task Add(int yields)
    {
        for (var i = 0; i < yields; i++)
        {
            // Not atomic: it is right only while no two turns run at once.
            var seen = _sum;
            Thread.SpinWait(20);
            _sum = seen + 1;
            await Task.Yield();
        }
    }

    public Task<int> Sum() => Task.FromResult(_sum);
}
