using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Activations;

internal sealed partial class Activation
{
    private bool _started;
    private bool _deactivating;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_state is ActivationState.Deactivating or ActivationState.Invalid)
                return;
            _deactivation ??= deactivationReason;
            BeginDeactivationWhenQuiet();
        }
    }

    /// <summary>Makes the instance, reads its state and lets it prepare; on failure the callers hear why, and the next call tries anew.</summary>
    private async Task ActivateAsync(RequestContextData? context)
    {
        try
        {
            RequestContext.Import(context);
            using var limit = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Time);
            _scope = Silo.Services.CreateAsyncScope();
            GrainInstance = Class.Create(this);
            Filters = GrainInstance is IIncomingGrainCallFilter own ? [.. Silo.IncomingFilters, own] : Silo.IncomingFilters;
            await _lifecycle.OnStart(limit.Token);
            if (GrainInstance is IGrainBase grain)
                await grain.OnActivateAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception exception)
        {
            Silo.Log.LogWarning(exception, "Grain {GrainId} could not be activated", GrainId);
            await FailActivationAsync(exception);
            return;
        }
        lock (_gate)
        {
            _state = ActivationState.Valid;
            _idleSince = Silo.Time.GetTimestamp();
            StartWaiting();
            BeginDeactivationWhenQuiet();
        }
    }

    private async Task FailActivationAsync(Exception exception)
    {
        DisposeTimers();
        Call[] calls;
        lock (_gate)
        {
            _state = ActivationState.Invalid;
            calls = _waiting.ToArray();
            Silo.Catalog.Remove(this, null);
        }
        foreach (var call in calls)
            call.Fail(exception);
        await DisposeAsync();
    }

    /// <summary>Called under the gate.</summary>
    private void BeginDeactivationWhenQuiet()
    {
        if (_deactivation is not { } reason || _deactivating || _running.Count > 0 || _state != ActivationState.Valid)
            return;
        _deactivating = true;
        _state = ActivationState.Deactivating;
        Schedule(() => _ = DeactivateAsync(reason));
    }

    private async Task DeactivateAsync(DeactivationReason reason)
    {
        DisposeTimers();
        using var limit = new CancellationTokenSource(Silo.Collection.DeactivationTimeout, Silo.Time);
        try
        {
            foreach (var enumeration in Enumerations.ToArray())
                await enumeration.AbortAsync();
            if (GrainInstance is IGrainBase grain)
                await grain.OnDeactivateAsync(reason, limit.Token).WaitAsync(limit.Token);
            await _lifecycle.OnStop(limit.Token);
        }
        catch (Exception exception)
        {
            Silo.Log.LogError(exception, "Grain {GrainId} failed to end well", GrainId);
        }
        lock (_gate)
        {
            // The successor takes over the queue before anyone can find it, so that calls stay in order.
            _state = ActivationState.Invalid;
            Activation? successor = null;
            foreach (var call in _waiting.ToArray())
            {
                _waiting.Remove(call);
                if (call.LocalOnly || call.Abandoned)
                    continue;
                if (Silo.Catalog.Closing)
                    call.Fail(Silo.Catalog.Unavailable(GrainId));
                else
                    (successor ??= new Activation(Silo, Class, GrainId)).TryReceive(call);
            }
            Silo.Catalog.Remove(this, successor);
        }
        await DisposeAsync();
    }

    private void DisposeTimers()
    {
        GrainTimer[] timers;
        lock (_gate)
            timers = [.. _timers];
        foreach (var timer in timers)
            timer.Dispose();
    }

    private async Task DisposeAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else if (GrainInstance is IDisposable disposable)
                disposable.Dispose();
            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            Silo.Log.LogError(exception, "Grain {GrainId} could not be disposed", GrainId);
        }
        _deactivated.TrySetResult();
    }
}
