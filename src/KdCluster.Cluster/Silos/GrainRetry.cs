using KdCluster.Cluster.Retries;
using Orleans.Runtime;

namespace KdCluster.Cluster.Silos;

/// <summary>Calls to grains that may be repeated, made again while the silo that held the grain is being found dead and the grain placed again.</summary>
internal sealed class GrainRetry(TimeProvider time)
{
    /// <summary>No silo has room for a teacher; one may come.</summary>
    private const string NoRoom = "KD1322";

    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(200), s_longest = TimeSpan.FromSeconds(5);

    /// <param name="call">May be made again at will.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException"><c>KD1612</c>: no silo could take it within half a minute after the first that could not; <c>KD1322</c>: nor had one room for the teacher.</exception>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        long? failing = null;
        try
        {
            // Ever longer pauses: a silo is found dead within seconds, one that has room may take a person to start.
            return await TimedRetry.CallAsync(
                call, e => Passes(e) && Coded(e) is null or { Code: NoRoom }, s_most, new() { DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(Pause(time.GetElapsedTime(failing ??= time.GetTimestamp()))) }, time, cancellationToken);
        }
        catch (Exception e) when (Coded(e) is { Code: not NoRoom } coded)
        {
            throw coded;
        }
        catch (Exception e) when (Passes(e) && e is not KdException)
        {
            throw new KdException("KD1612", $"no silo could take the work: {e.Message}", null, "See `kd top`: there must be a living silo with the needed role and enough room that is not being drained.", e);
        }
    }

    /// <summary>What is wrong with a grain by itself, such as a state file that cannot be read, which Orleans wraps into a failure of its own; null: nothing of the kind.</summary>
    public static KdException? Coded(Exception? e) => e is null or KdException ? e as KdException : Coded(e.InnerException);

    /// <summary>Whether a failure is of a silo that went away, and passes when another has taken over.</summary>
    public static bool Passes(Exception e) => e is OrleansException or TimeoutException or KdException { Code: NoRoom };

    private static TimeSpan Pause(TimeSpan waited) => TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 4, s_shortest.Ticks, s_longest.Ticks));
}
