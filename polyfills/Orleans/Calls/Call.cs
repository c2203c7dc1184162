using Orleans.Activations;

namespace Orleans.Calls;

/// <summary>Something that runs on an activation as a call: a request or a timer's tick.</summary>
internal abstract class Call
{
    public Call? Next { get; set; }

    public Call? Previous { get; set; }

    /// <summary>May start whatever else runs.</summary>
    public bool AlwaysInterleave { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>Whether it counts as use of the activation.</summary>
    public bool KeepsAlive { get; init; } = true;

    /// <summary>Belongs to this activation and dies with it.</summary>
    public bool LocalOnly { get; init; }

    /// <summary>When the caller stops waiting, as a timestamp of the silo's clock.</summary>
    public long Deadline { get; init; } = long.MaxValue;

    /// <summary>Nobody waits for it any more.</summary>
    public virtual bool Abandoned => false;

    public virtual RequestContextData? Context => null;

    /// <summary>Runs the call; ends by telling the activation, then the caller.</summary>
    public abstract Task RunAsync(Activation activation);

    public abstract void Fail(Exception exception);

    public virtual void TimeOut()
    {
    }
}
