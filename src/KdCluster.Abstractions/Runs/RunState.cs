namespace KdCluster.Runs;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Accepted, not begun.</summary>
    Pending = 1,

    /// <summary>Reading data, finding teachers.</summary>
    Preparing = 2,

    /// <summary>Students train.</summary>
    Running = 3,

    /// <summary>Ended, with a report.</summary>
    Succeeded = 4,

    /// <summary>Ended by an error that it names.</summary>
    Failed = 5,

    /// <summary>Stopped by its owner; can be resumed.</summary>
    Cancelled = 6,

    /// <summary>Its process ended before it did; can be resumed.</summary>
    Interrupted = 7,
}
