using Orleans.Runtime;

namespace KdCluster.Cluster.Silos;

/// <summary>Calls to grains that may be repeated, made again while the silo that held the grain is being found dead and the grain placed anew.</summary>
internal sealed class Patience(TimeProvider time)
{
    /// <summary>No silo has room for a teacher; one may come.</summary>
    private const string NoRoom = "KD1322";

    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(200), s_longest = TimeSpan.FromSeconds(5);

    /// <param name="call">May be made again at will.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException"><c>KD1612</c>: no silo could take it within half a minute; <c>KD1322</c>: nor had one room for the teacher.</exception>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        long since = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (Coded(e) is { Code: not NoRoom } coded)
            {
                throw coded;
            }
            catch (Exception e) when (Passes(e))
            {
                TimeSpan waited = time.GetElapsedTime(since);
                if (waited > s_most)
                {
                    if (e is KdException)
                    {
                        throw;
                    }

                    throw new KdException("KD1612", $"no silo could take the work: {e.Message}", null, "See `kd top`: is a silo with the role that it needs alive, with room, and not being emptied?", e);
                }

                // Ever longer pauses: a silo is found dead within seconds, one that has room may take a person to start.
                TimeSpan pause = waited / 4;
                await Task.Delay(pause < s_shortest ? s_shortest : pause > s_longest ? s_longest : pause, time, cancellationToken);
            }
        }
    }

    /// <summary>What is wrong with a grain by itself, such as a state file that cannot be read, which Orleans wraps into a failure of its own; null: nothing of the kind.</summary>
    public static KdException? Coded(Exception? e) => e is null or KdException ? e as KdException : Coded(e.InnerException);

    /// <summary>Whether a failure is of a silo that went away, and passes when another has taken over.</summary>
    public static bool Passes(Exception e) => e is OrleansException or TimeoutException or KdException { Code: NoRoom };
}
