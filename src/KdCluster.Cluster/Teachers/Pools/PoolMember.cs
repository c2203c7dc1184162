namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>A replica with what the pool has seen of it. Guarded by the pool's lock.</summary>
internal sealed class PoolMember(IReplica replica)
{
    private const double Smoothing = 0.3;
    private readonly List<long> _begun = [];
    private int _queue;
    private int _sent;

    /// <summary>Raised when it stops being usable: callers that wait for it should ask another one.</summary>
    public event Action? Doubted;

    public IReplica Replica => replica;

    public MemberState State { get; private set; }

    public OutReason Reason { get; private set; }

    /// <summary>Why it was last put out.</summary>
    public Exception? Fault { get; private set; }

    public bool Usable => State is MemberState.Good or MemberState.Trial;

    /// <summary>It said that it leaves: it is asked only where there is no other.</summary>
    public bool Leaving { get; private set; }

    /// <summary>A probe is under way.</summary>
    public bool Probing { get; set; }

    /// <summary>When its rest is over, in the clock's ticks.</summary>
    public long RestUntil { get; private set; }

    /// <summary>Rests in a row.</summary>
    public int Rests { get; private set; }

    /// <summary>When it said that it takes requests again; its queue was full.</summary>
    public long FullUntil { get; set; }

    /// <summary>When it last gave a sign of life; null as long as it promised none.</summary>
    public long? LastSign { get; private set; }

    public int InFlight => _begun.Count;

    /// <summary>When the oldest request in flight began; null without any.</summary>
    public long? Oldest => _begun.Count == 0 ? null : _begun.Min();

    /// <summary>Rows that wait there: as last reported, and sent since.</summary>
    public int Load => _queue + _sent;

    /// <summary>Smoothed seconds of a request; 0 before the first.</summary>
    public double Seconds { get; private set; }

    public int Samples { get; private set; }

    public void Begin(long now, int rows)
    {
        _begun.Add(now);
        _sent += rows;
    }

    public void End(long begun) => _begun.Remove(begun);

    /// <summary>It told how it is.</summary>
    public void Sign(long now, ReplicaSign sign)
    {
        LastSign = replica.Reports ? now : null;
        Leaving |= sign.Leaving;
        (_queue, _sent) = (sign.Queue, 0);
    }

    public void Forgive(long now) => LastSign = LastSign is null ? null : now;

    public void Took(double seconds)
    {
        Seconds = Samples++ == 0 ? seconds : Seconds + (Smoothing * (seconds - Seconds));
    }

    public void Join(bool onTrial)
    {
        State = onTrial ? MemberState.Trial : MemberState.Good;
        Reason = OutReason.None;
        LastSign = null;
        Leaving = false;
        (_queue, _sent) = (0, 0);
        if (onTrial)
        {
            Samples = 0;
        }
    }

    /// <summary>A request went well: it is trusted again.</summary>
    public void Prove()
    {
        Rests = 0;
        if (State == MemberState.Trial)
        {
            State = MemberState.Good;
        }
    }

    public void Leave(OutReason reason, Exception? fault, long restUntil)
    {
        (State, Reason, Fault, RestUntil) = (MemberState.Out, reason, fault ?? Fault, restUntil);
        Rests++;
        Doubted?.Invoke();
    }

    /// <summary>It is needed: its rest is over, and the next ones are short again.</summary>
    public void Hurry(long now) => (RestUntil, Rests) = (now, 0);

    public void Vanish()
    {
        State = MemberState.Gone;
        Doubted?.Invoke();
    }
}
