using System.Collections.Concurrent;
using Orleans.Calls;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Activations;

/// <summary>Which grains are in memory, and the way of a call to its grain.</summary>
internal sealed class Catalog(Silo silo)
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private volatile bool _open;

    public ICollection<Activation> Activations => _activations.Values;

    public bool Closing { get; private set; }

    public void Open() => _open = true;

    public SiloUnavailableException Unavailable(GrainId target) => new($"The silo is not running, so grain '{target}' cannot be called.");

    public void Deliver(GrainId target, Call call)
    {
        do
        {
            if (!_open)
            {
                call.Fail(Unavailable(target));
                return;
            }
        }
        while (!Find(target).TryReceive(call));
    }

    /// <summary>Called by an activation that has ended, under its gate.</summary>
    public void Remove(Activation ended, Activation? successor)
    {
        var entry = KeyValuePair.Create(ended.GrainId, ended);
        if (successor is not null)
            _activations.TryUpdate(ended.GrainId, successor, ended);
        else
            ((ICollection<KeyValuePair<GrainId, Activation>>)_activations).Remove(entry);
    }

    /// <summary>Deactivates every grain, and those that the last calls of others brought back.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        Closing = true;
        while (!_activations.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is shutting down.");
            var ends = _activations.Values.Select(activation =>
            {
                activation.Deactivate(reason, cancellationToken);
                return activation.Deactivated;
            });
            await Task.WhenAll(ends.ToArray()).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _open = false;
    }

    private Activation Find(GrainId id) =>
        _activations.TryGetValue(id, out var activation)
            ? activation
            : _activations.GetOrAdd(id, static (id, silo) => new Activation(silo, silo.Grains.ClassOf(id.Type), id), silo);
}
