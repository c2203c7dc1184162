using Orleans.Runtime;

namespace Orleans.Lifecycle;

/// <summary>Starts its observers stage by stage upwards, those of one stage together, and stops the started ones downwards.</summary>
internal sealed class LifecycleSubject : ISiloLifecycle, IGrainLifecycle
{
    private readonly List<Subscription> _subscriptions = [];
    private int? _reached;

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, stage, observer);
        lock (_subscriptions)
        {
            if (_reached is not null)
                throw new InvalidOperationException($"'{observerName}' came too late: the lifecycle has started.");
            _subscriptions.Add(subscription);
        }
        return subscription;
    }

    public async Task OnStart(CancellationToken cancellationToken)
    {
        foreach (var stage in Stages().OrderBy(stage => stage.Key))
        {
            _reached = stage.Key;
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(stage.Select(subscription => subscription.Observer.OnStart(cancellationToken)));
            HighestCompletedStage = stage.Key;
        }
    }

    /// <summary>A stage that fails to stop does not keep the others from stopping; the failures are thrown together at the end.</summary>
    public async Task OnStop(CancellationToken cancellationToken)
    {
        List<Exception>? failures = null;
        foreach (var stage in Stages().Where(stage => stage.Key <= _reached).OrderByDescending(stage => stage.Key))
        {
            try
            {
                await Task.WhenAll(stage.Select(subscription => subscription.Observer.OnStop(cancellationToken)));
            }
            catch (Exception exception)
            {
                (failures ??= []).Add(exception);
            }
            LowestStoppedStage = stage.Key;
        }
        if (failures is not null)
            throw new AggregateException(failures);
    }

    private List<IGrouping<int, Subscription>> Stages()
    {
        lock (_subscriptions)
            return [.. _subscriptions.GroupBy(subscription => subscription.Stage)];
    }

    private sealed record Subscription(LifecycleSubject Owner, int Stage, ILifecycleObserver Observer) : IDisposable
    {
        public void Dispose()
        {
            lock (Owner._subscriptions)
                Owner._subscriptions.Remove(this);
        }
    }
}
