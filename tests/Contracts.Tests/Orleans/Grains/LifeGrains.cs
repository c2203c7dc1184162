using System.Collections.Concurrent;
using Orleans.Runtime;

namespace KdCluster.Tests.OrleansRuntime;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<int> Increment();

    Task<int> Activations();

    Task Leave();

    Task LeaveWhen(string gate);

    Task<(int Value, bool Exists, bool HasTag)> Stored();

    Task Forget();

    Task Stay(TimeSpan time);
}

[GenerateSerializer]
public sealed class LifeState
{
    [Id(0)]
    public int Value { get; set; }
}

public abstract class LifeGrainBase(IPersistentState<LifeState> state, Probe probe) : Grain, ILifeGrain
{
    private static readonly ConcurrentDictionary<GrainId, int> _activations = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _activations.AddOrUpdate(this.GetGrainId(), 1, (_, count) => count + 1);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await state.WriteStateAsync();
        probe.Say(this.GetPrimaryKeyString(), reason.ReasonCode);
    }

    public Task<int> Increment() => Task.FromResult(++state.State.Value);

    public Task<int> Activations() => Task.FromResult(_activations[this.GetGrainId()]);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task LeaveWhen(string gate)
    {
        DeactivateOnIdle();
        probe.Say(gate, "leaving");
        await probe.Gate(gate);
    }

    public Task<(int Value, bool Exists, bool HasTag)> Stored() => Task.FromResult((state.State.Value, state.RecordExists, state.Etag is not null));

    public Task Forget() => state.ClearStateAsync();

    public Task Stay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }
}

public class LifeGrain([PersistentState("life", "memory")] IPersistentState<LifeState> state, Probe probe) : LifeGrainBase(state, probe);

public class IdleGrain([PersistentState("life")] IPersistentState<LifeState> state, Probe probe) : LifeGrainBase(state, probe);

public interface IFragileGrain : IGrainWithStringKey
{
    Task<int> Calls();
}

/// <summary>Its first activations fail: the first in the constructor, the second when activated.</summary>
public class FragileGrain : Grain, IFragileGrain
{
    private static readonly ConcurrentDictionary<string, int> _tries = new();
    private readonly int _try;
    private int _calls;

    public FragileGrain()
    {
        _try = _tries.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, count) => count + 1);
        if (_try == 1)
            throw new UnlikelyException("constructor");
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (_try == 2)
            throw new UnlikelyException("activation");
    }

    public Task<int> Calls() => Task.FromResult(++_calls);
}
