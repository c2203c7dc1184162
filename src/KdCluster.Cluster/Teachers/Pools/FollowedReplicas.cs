using KdCluster.Cluster.Silos;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>The replicas of a teacher of this cluster, asked for again and again: silos come and go.</summary>
internal sealed class FollowedReplicas : IReplicaList
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<IReadOnlyList<string>>> _find;
    private readonly CancellationTokenSource _stop = new();
    private readonly Wakeup _look;
    private volatile IReadOnlyList<string> _current;

    private FollowedReplicas(IReadOnlyList<string> current, Func<CancellationToken, Task<IReadOnlyList<string>>> find, TimeProvider time)
    {
        (_current, _find, _look) = (current, find, new Wakeup(time));
        _ = FollowAsync(); // Ends without a fault.
    }

    public event Action? Changed;

    public IReadOnlyList<string> Current => _current;

    public bool IsFixed => false;

    /// <param name="find">Where they are now. Once following, a failure or an empty answer leaves the list as it was: the replicas may well answer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up the first look.</param>
    /// <exception cref="KdException">What the first look throws.</exception>
    public static async Task<FollowedReplicas> StartAsync(Func<CancellationToken, Task<IReadOnlyList<string>>> find, TimeProvider time, CancellationToken cancellationToken) =>
        new(await find(cancellationToken), find, time);

    public void Look() => _look.Raise();

    // Not waited for: a look under way may take as long as a silo's death.
    public async ValueTask DisposeAsync() => await _stop.CancelAsync();

    private async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _look.WaitAsync(s_every, _stop.Token);
                IReadOnlyList<string> now = await _find(_stop.Token);
                if (now.Count > 0 && !now.ToHashSet().SetEquals(_current))
                {
                    _current = now;
                    Changed?.Invoke();
                }
            }
            catch (Exception) when (!_stop.IsCancellationRequested)
            {
                // Looked for again at the next tick; the pool judges the replicas it has by their answers.
            }
            catch (Exception)
            {
                return;
            }
        }
    }
}
