using System.Collections.Concurrent;

namespace KdCluster.Cluster.Security;

/// <summary>The rows that each token may still ask this silo for.</summary>
internal sealed class RowLimits(TimeProvider time)
{
    // A stream is read more slowly than it is written; longer than this its caller would take it for dead.
    private static readonly TimeSpan s_streamTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, RowBudget> _budgets = new(StringComparer.Ordinal);

    /// <summary>Counts what a message asks for; a message of a stream waits for its turn.</summary>
    /// <exception cref="KdException"><c>KD1803</c>: too many rows.</exception>
    public async ValueTask TakeAsync(Caller caller, object message, bool streamed, CancellationToken cancellationToken)
    {
        int rows = RequestRows.Of(message);
        if (rows == 0 || caller.Limits.RowsPerSecond is not { } rate)
        {
            return;
        }

        TimeSpan patience = streamed ? s_streamTimeout : TimeSpan.Zero;
        TimeSpan wait = _budgets.GetOrAdd(caller.Id, _ => new RowBudget(time)).Take(rows, rate, patience);
        if (wait > patience)
        {
            string remedy = wait == TimeSpan.MaxValue
                ? $"Ask for at most {(long)(rate * RowBudget.Burst)} rows at once."
                : FormattableString.Invariant($"Ask again in {wait.TotalSeconds:0.0} s.");
            throw new KdException("KD1803", FormattableString.Invariant($"token {caller.Id} may ask for {rate} rows a second."), "soft targets", remedy);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }
}
