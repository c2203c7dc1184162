using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>What all students of a run share in one silo: data, teachers, and the soft targets fetched so far.</summary>
internal sealed class RunContext : IAsyncDisposable
{
    /// <summary>The effective recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>SHA-256 of it.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>The data's labels.</summary>
    public required LabelSpace Labels { get; init; }

    /// <summary>The student's tokenizer: the teachers' when they share one, else built on the training rows.</summary>
    public required Tokenizer Tokenizer { get; init; }

    public required EncodedSplit Train { get; init; }

    public required EncodedSplit Validation { get; init; }

    /// <summary>Null when the data has no test rows.</summary>
    public required EncodedSplit? Test { get; init; }

    public required IReadOnlyList<ITeacherClient> Teachers { get; init; }

    /// <summary>Soft targets of the training rows; null without teachers.</summary>
    public required SoftTargetSource? TrainTargets { get; init; }

    /// <summary>Logits of the test rows (of the validation rows when there are none), for the report; null without teachers.</summary>
    public required SoftTargetSource? TestTargets { get; init; }

    public required ISoftTargetStore Store { get; init; }

    /// <summary>What the data hold and what in them looks wrong, for the log and the report.</summary>
    public required DataProfile Profile { get; init; }

    /// <summary>Where the report measures: the test rows, or the validation rows when there are none.</summary>
    public EncodedSplit Judge => Test ?? Validation;

    public async ValueTask DisposeAsync()
    {
        TrainTargets?.Dispose();
        TestTargets?.Dispose();
        foreach (IAsyncDisposable teacher in Teachers.OfType<IAsyncDisposable>())
        {
            await teacher.DisposeAsync();
        }
    }
}
