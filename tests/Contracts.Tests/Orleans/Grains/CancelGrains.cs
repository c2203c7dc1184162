namespace KdCluster.Tests.OrleansRuntime;

public interface ICancelGrain : IGrainWithStringKey
{
    Task Wait(string topic, CancellationToken cancellationToken);

    Task<int> WaitFor(string gate, CancellationToken cancellationToken);

    Task<bool> Cancellable(CancellationToken cancellationToken);

    Task<int> Calls();

    Task Throw();
}

public class CancelGrain(Probe probe) : Grain, ICancelGrain
{
    private int _calls;

    public async Task Wait(string topic, CancellationToken cancellationToken)
    {
        _calls++;
        var turns = TaskScheduler.Current;
        probe.Say(topic, "waiting");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            probe.Say(topic, TaskScheduler.Current == turns ? "cancelled" : "cancelled elsewhere");
            throw;
        }
    }

    public async Task<int> WaitFor(string gate, CancellationToken cancellationToken)
    {
        probe.Say(gate, "waiting");
        await probe.Gate(gate);
        return ++_calls;
    }

    public Task<bool> Cancellable(CancellationToken cancellationToken) => Task.FromResult(cancellationToken.CanBeCanceled);

    public Task<int> Calls() => Task.FromResult(_calls);

    public Task Throw() => throw new OperationCanceledException("the grain's own");
}
