using KdCluster.Grains;

namespace KdCluster.Cluster.Security;

/// <summary>Lets a token begin no more runs than it may have under way.</summary>
internal sealed class RunAdmission(IGrainFactory grains)
{
    // Longer than a start takes, so that one whose silo died does not count for ever.
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_warm = TimeSpan.FromDays(1);

    /// <summary>A place for a run that is about to begin.</summary>
    /// <exception cref="KdException"><c>KD1803</c>: there is none.</exception>
    public async Task<Place?> EnterAsync(Caller caller, string run, bool warm = false)
    {
        if (caller.Limits.Runs is not { } most)
        {
            return null;
        }

        IAllowanceGrain grain = grains.GetGrain<IAllowanceGrain>(caller.Id);
        Guid? place = await grain.ReserveAsync(run, most, warm ? s_warm : s_start);
        return place is { } taken
            ? new Place(grain, taken)
            : throw new KdException("KD1803", $"token {caller.Id} may have {most} unfinished run(s), and has that many.", "runs", "Wait until one ends, or cancel one: see `kd run list`.");
    }

    /// <summary>Held until the run is known, or has failed to begin.</summary>
    internal sealed class Place(IAllowanceGrain grain, Guid id) : IAsyncDisposable
    {
        /// <summary>From now on it is this run's, until that ends.</summary>
        public Task KeepAsync(string run) => grain.KeepAsync(id, run);

        public async ValueTask DisposeAsync() => await grain.ReleaseAsync(id);
    }
}
