using Orleans.Calls;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Activations;

internal sealed partial class Activation
{
    private readonly CallList _waiting = new();
    private readonly CallList _running = new();

    // Running calls that keep others out, and how many of them only read.
    private int _blocking;
    private int _blockingReadOnly;
    private long _idleSince;
    private long _keepAliveUntil = long.MinValue;

    /// <summary>Takes a call into the queue, unless the activation is gone: then its grain has to be looked up again.</summary>
    public bool TryReceive(Call call)
    {
        var first = false;
        lock (_gate)
        {
            if (_state == ActivationState.Invalid)
                return false;
            if (_state == ActivationState.Valid && _deactivation is null && MayStart(call))
                Start(call);
            else
            {
                _waiting.Add(call);
                first = _state == ActivationState.Created && !_started;
                _started |= first;
            }
        }
        if (first)
            Schedule(() => _ = ActivateAsync(call.Context));
        return true;
    }

    /// <summary>A call has ended; whatever waited for it may start.</summary>
    public void Finished(Call call, Exception? failure)
    {
        if (failure is InconsistentStateException { IsSourceActivation: true })
            Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, failure, "The grain's state differs from the stored one."));
        lock (_gate)
        {
            _running.Remove(call);
            if (Blocks(call))
            {
                _blocking--;
                if (call.ReadOnly)
                    _blockingReadOnly--;
            }
            if (call.KeepsAlive)
                _idleSince = Silo.Time.GetTimestamp();
            StartWaiting();
            BeginDeactivationWhenQuiet();
        }
    }

    /// <summary>Ends the calls whose callers have waited long enough, queued or running.</summary>
    public void TimeOutCalls(long now)
    {
        List<Call>? late = null;
        lock (_gate)
        {
            for (var call = _waiting.First; call is not null; call = call.Next)
            {
                if (call.Deadline <= now)
                    (late ??= []).Add(call);
            }
            late?.ForEach(_waiting.Remove);
            for (var call = _running.First; call is not null; call = call.Next)
            {
                if (call.Deadline <= now && !call.Abandoned)
                    (late ??= []).Add(call);
            }
        }
        late?.ForEach(call => call.TimeOut());
    }

    public void DelayDeactivation(TimeSpan timeSpan)
    {
        lock (_gate)
        {
            _keepAliveUntil = timeSpan == TimeSpan.MaxValue || timeSpan == Timeout.InfiniteTimeSpan ? long.MaxValue
                : timeSpan <= TimeSpan.Zero ? long.MinValue
                : Silo.TimestampIn(timeSpan);
        }
    }

    public void DeactivateIfIdle(long now)
    {
        lock (_gate)
        {
            if (_state != ActivationState.Valid || _running.Count > 0 || _waiting.Count > 0 || now < _keepAliveUntil || Class.CollectionAge == Timeout.InfiniteTimeSpan
                || Silo.Time.GetElapsedTime(_idleSince, now) < Class.CollectionAge)
                return;
        }
        Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"Nobody called the grain for {Class.CollectionAge}."));
    }

    private bool MayStart(Call call) =>
        _blocking == 0 || !Blocks(call) || (call.ReadOnly && _blockingReadOnly == _blocking);

    private bool Blocks(Call call) => !call.AlwaysInterleave && !Class.Reentrant;

    private void Start(Call call)
    {
        _running.Add(call);
        if (Blocks(call))
        {
            _blocking++;
            if (call.ReadOnly)
                _blockingReadOnly++;
        }
        _scheduler.Enqueue(call);
    }

    private void StartWaiting()
    {
        if (_state != ActivationState.Valid || _deactivation is not null)
            return;
        for (var call = _waiting.First; call is not null;)
        {
            var next = call.Next;
            if (MayStart(call))
            {
                _waiting.Remove(call);
                if (!call.Abandoned)
                    Start(call);
            }
            // Calls that interleave with everything started when they came; behind a writer nothing else can.
            else if (_blockingReadOnly != _blocking)
                break;
            call = next;
        }
    }
}
