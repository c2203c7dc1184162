using System.Globalization;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Runs;

namespace KdCluster.Cluster.Weightings;

/// <summary>Finds the learned policy that a recipe names in <c>weighting.from</c>.</summary>
internal sealed class PolicySources(RunFinder runs, IGrainFactory grains, GrainRetry retry)
{
    /// <param name="weighting">The recipe's; <see cref="WeightingSpec.From"/> is not null.</param>
    /// <param name="kept">The run's own copy, if it has begun: what the recipe names may have changed since. Null: it begins now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException">
    /// <c>KD1202</c>, <c>KD1203</c>: the file is missing or damaged; <c>KD1501</c>, <c>KD1507</c>: there is no such run or student; <c>KD1351</c>: it has no policy.
    /// </exception>
    public async Task<LearnedPolicy> FindAsync(WeightingSpec weighting, string? kept, CancellationToken cancellationToken)
    {
        string from = weighting.From!;
        if (kept is not null || WeightingSpec.IsFile(from))
        {
            return LearnedPolicy.Read(kept ?? from);
        }

        string[] parts = from.Split('/');
        long seed = 0;
        if (parts.Length is not (1 or 3) || (parts.Length == 3 && !long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seed)))
        {
            throw new KdException("KD1351", $"'{from}' names neither a run nor a file.", "weighting.from", "Write a run's id, ID/WEIGHTING/SEED, or a file that ends in .safetensors.");
        }

        RunStatus run = await runs.FindAsync(parts[0], cancellationToken);
        StudentStatus student = RunFinder.StudentOf(run, parts.Length == 3 ? parts[1] : "", parts.Length == 3 ? seed : null);
        return await PolicyQuestions.LearnedAsync(grains, retry, new StudentKey(run.Id, student.Key), cancellationToken);
    }
}
