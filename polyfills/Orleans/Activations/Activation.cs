using Microsoft.Extensions.DependencyInjection;
using Orleans.Calls;
using Orleans.Hosting;
using Orleans.Lifecycle;
using Orleans.Runtime;

namespace Orleans.Activations;

internal enum ActivationState
{
    Created,
    Valid,
    Deactivating,
    Invalid,
}

/// <summary>
/// A grain in memory: its instance, its queue of calls and its turns. This file holds what others see of it;
/// <c>Activation.Calls.cs</c> decides which call may start, <c>Activation.Life.cs</c> brings it up and down.
/// </summary>
internal sealed partial class Activation : IGrainContext
{
    // Guards the state, the lists of calls and the counters; never held while grain code runs.
    private readonly Lock _gate = new();
    private readonly ActivationScheduler _scheduler;
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LifecycleSubject _lifecycle = new();
    private readonly HashSet<GrainTimer> _timers = [];
    private AsyncServiceScope _scope;
    private ActivationState _state;
    private DeactivationReason? _deactivation;

    public Activation(Silo silo, GrainClass grainClass, GrainId grainId)
    {
        Silo = silo;
        Class = grainClass;
        GrainId = grainId;
        GrainReference = new GrainReference(silo, grainId);
        _scheduler = new ActivationScheduler(this);
        _idleSince = silo.Time.GetTimestamp();
    }

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public GrainReference GrainReference { get; }

    public GrainId GrainId { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => _lifecycle;

    public Task Deactivated => _deactivated.Task;

    /// <summary>Enumerations of this grain's streams that are open. Touched only in its turns.</summary>
    public HashSet<IGrainEnumeration> Enumerations { get; } = [];

    /// <summary>The silo's incoming filters and, last, the grain itself where it is one.</summary>
    public IIncomingGrainCallFilter[] Filters { get; private set; } = [];

    /// <summary>Runs an action as a turn of this activation.</summary>
    public void Schedule(Action action)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            new Task(action).Start(_scheduler);
    }

    public IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        if (RuntimeContext.Current != this)
            throw new InvalidOperationException($"A timer of grain '{GrainId}' must be registered in one of its own turns.");
        var timer = new GrainTimer(this, callback, options);
        lock (_gate)
            _timers.Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }
}
