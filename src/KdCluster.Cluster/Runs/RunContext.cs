using System.Collections.Concurrent;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>What all students of a run share in one silo: data, teachers, and the soft targets fetched so far.</summary>
internal sealed class RunContext : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SoftTargetSource>> _some = new();

    /// <summary>The effective recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>SHA-256 of it.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>The data's labels.</summary>
    public required LabelSpace Labels { get; init; }

    /// <summary>Makes the student's inputs: of texts the teachers' tokenizer when they share one, else one that is built on the training rows.</summary>
    public required InputEncoder Encoder { get; init; }

    /// <summary>The transfer set: training rows, then those without labels, which are for stages with teachers alone.</summary>
    public required EncodedSplit Train { get; init; }

    public required EncodedSplit Validation { get; init; }

    /// <summary>Null when the data has no test rows.</summary>
    public required EncodedSplit? Test { get; init; }

    public required IReadOnlyList<ITeacherClient> Teachers { get; init; }

    /// <summary>Soft targets of the training rows by all teachers; null without teachers.</summary>
    public required SoftTargetSource? TrainTargets { get; init; }

    /// <summary>Makes soft targets of the training rows by some of the teachers, given by their numbers.</summary>
    public required Func<int[], SoftTargetSource> MakeTrainTargets { get; init; }

    /// <summary>Logits of the test rows (of the validation rows when there are none), for the report; null without teachers.</summary>
    public required SoftTargetSource? TestTargets { get; init; }

    /// <summary>What the recipe's own policy begins with; null: nothing.</summary>
    public required LearnedPolicy? Learned { get; init; }

    public required ISoftTargetStore Store { get; init; }

    /// <summary>What the data hold and what in them looks wrong, for the log and the report.</summary>
    public required DataProfile Profile { get; init; }

    /// <summary>Where the report measures: the test rows, or the validation rows when there are none.</summary>
    public EncodedSplit Judge => Test ?? Validation;

    /// <summary>Asks the store which soft targets of this run it gives.</summary>
    /// <returns>Rows × teachers that it gives, how many there are, and why it gives fewer where it knows: its present trouble.</returns>
    public async Task<(long Kept, long Total, KdError? Trouble)> CountKeptAsync(CancellationToken cancellationToken)
    {
        (long kept, long total) = (0, 0);
        if (Store is NullStore || Store is not ISoftTargetStoreAdmin admin || TrainTargets is null || TestTargets is null)
        {
            return (kept, total, null);
        }

        try
        {
            await admin.FlushAsync(cancellationToken);
        }
        catch (KdException)
        {
            // What it does not give is counted below.
        }

        foreach (SoftTargetSource source in (SoftTargetSource[])[TrainTargets, TestTargets])
        {
            (long some, long of) = await source.CountKeptAsync(cancellationToken);
            (kept, total) = (kept + some, total + of);
        }

        return (kept, total, kept == total ? null : (await admin.StatsAsync(cancellationToken)).Trouble);
    }

    /// <summary>Soft targets of the training rows by some of the teachers, in this order.</summary>
    /// <param name="names">Of the recipe's teachers; at least one.</param>
    public SoftTargetSource TargetsOf(IReadOnlyList<string> names)
    {
        string[] all = [.. Recipe.Teachers.Select(t => t.Name)];
        return names.SequenceEqual(all) ? TrainTargets!
            : _some.GetOrAdd(string.Join('\n', names), _ => new Lazy<SoftTargetSource>(() => MakeTrainTargets([.. names.Select(n => Array.IndexOf(all, n))]))).Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<SoftTargetSource> some in _some.Values.Where(s => s.IsValueCreated))
        {
            some.Value.Dispose();
        }

        TrainTargets?.Dispose();
        TestTargets?.Dispose();
        foreach (IAsyncDisposable teacher in Teachers.OfType<IAsyncDisposable>())
        {
            await teacher.DisposeAsync();
        }
    }
}
