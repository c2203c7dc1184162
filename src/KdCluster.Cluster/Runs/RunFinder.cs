using System.Runtime.CompilerServices;
using KdCluster.Cluster.Services;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.Runs;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>Finds runs, and students in them, by what people name.</summary>
internal sealed class RunFinder(IGrainFactory grains, GrainRetry retry, ILogger<RunFinder> log)
{
    /// <summary>The run as it stands; null: there is none of this id.</summary>
    public async Task<RunStatus?> TryAsync(string id, CancellationToken cancellationToken) =>
        Names.Good(id) ? await retry.CallAsync(() => grains.GetGrain<IRunGrain>(id).GetAsync(), cancellationToken) : null;

    /// <exception cref="KdException"><c>KD1501</c>: there is none of this id.</exception>
    public async Task<RunStatus> FindAsync(string id, CancellationToken cancellationToken) =>
        await TryAsync(id, cancellationToken) ?? throw new KdException("KD1501", "there is no run of this id.", $"run {id}", "See `kd run list`.");

    /// <summary>All runs; one whose state cannot be read hides no other.</summary>
    public async IAsyncEnumerable<RunStatus> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string id in await retry.CallAsync(() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Runs).ListAsync(), cancellationToken))
        {
            RunStatus? found = null;
            try
            {
                found = await TryAsync(id, cancellationToken);
            }
            catch (KdException e) when (e.Code == "KD1603")
            {
                // Asked for by itself it says so.
                log.StateUnreadable($"run {id}", e.Message);
            }

            if (found is not null)
            {
                yield return found;
            }
        }
    }

    /// <summary>A student of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="variant">Its weighting's kind; empty: the recipe's own.</param>
    /// <param name="seed">Its seed; null: the first.</param>
    /// <exception cref="KdException"><c>KD1507</c>: there is none.</exception>
    public static StudentStatus StudentOf(RunStatus run, string variant, long? seed)
    {
        // The recipe's own weighting is the first, as is its first seed.
        string wanted = variant.Length > 0 ? variant : run.Students.FirstOrDefault()?.Variant ?? "";
        return Array.Find(run.Students, s => s.Variant == wanted && (seed is null || s.Seed == seed)) ?? throw new KdException(
            "KD1507", run.Students.Length == 0 ? "its students are not known before it is prepared." : $"there is no student of the weighting '{wanted}'{(seed is { } s ? $" and the seed {s}" : "")}.", $"run {run.Id}",
            run.Students.Length == 0 ? "Ask again when it trains." : $"There are: {string.Join(", ", run.Students.Select(s => s.Key))}.");
    }
}
