namespace KdCluster.Cluster.Teachers;

internal static class TeacherErrors
{
    public static KdError Unknown(string name) =>
        new("KD1308", "no teacher is deployed under this name.", $"teacher {name}", "See `kd teacher list`; deploy one with `kd teacher deploy`.");

    /// <summary>Only a replica of the silo that was asked was wanted.</summary>
    public static KdException Elsewhere(string name, string address) =>
        new("KD1306", $"the teacher is on another silo, {address}.", $"teacher {name}", "Ask that silo.");

    /// <summary>It has as many replicas as there are silos for it.</summary>
    public static KdError NoRoom(string name, int replicas, int wanted, string reason) => new(
        "KD1322", $"it has {replicas} of {wanted} replicas: {reason}", $"teacher {name}",
        "Start another silo with the role teacher and enough memory, or ask for fewer replicas. A silo has at most one replica of a teacher.");

    /// <summary>The queue is full; it says when to ask again.</summary>
    public static KdException Full(string name, int rows, TimeSpan retryAfter) => new(
        "KD1320", $"its queue is full: {rows} rows wait.", $"teacher {name}", $"Try again in {Math.Ceiling(retryAfter.TotalMilliseconds)} ms, ask another replica, or add replicas.")
    {
        RetryAfter = retryAfter,
    };
}
