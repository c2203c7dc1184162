using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Weightings;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>What a recipe names, found and read, with everything that is wrong with it: a check answers by it, and a run is made of it.</summary>
internal sealed class RunMaterial : IAsyncDisposable
{
    /// <summary>Null where they cannot be read.</summary>
    public required TaskData? Data { get; init; }

    /// <summary>Those that were found, in the recipe's order.</summary>
    public required IReadOnlyList<ITeacherClient> Teachers { get; init; }

    /// <summary>What makes the teachers' inputs, by hash: each teacher reads with its own.</summary>
    public required IReadOnlyDictionary<string, InputEncoder> Encoders { get; init; }

    /// <summary>What nothing forbids and is likely a mistake in how the run uses its data, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What reads the students' texts or images, where that is settled without a look at the data: that of the folder that they begin with, or else the one that all teachers share.</summary>
    public InputEncoder? StudentEncoder { get; init; }

    /// <summary>Names of the outputs that the run asks of each teacher, by its name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Outputs { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What the recipe's own policy begins with; null where it names nothing, or that cannot be found.</summary>
    public LearnedPolicy? Learned { get; init; }

    /// <summary>Null where it cannot be opened.</summary>
    public required ISoftTargetStore? Store { get; init; }

    /// <summary>Why no run can be made of it; none: everything is there.</summary>
    public required IReadOnlyList<KdError> Errors { get; init; }

    /// <summary>A profile of the data with <see cref="Warnings"/>. The data itself is left as it was read: a changed copy would be looked through once more.</summary>
    public DataProfile Warned(DataProfile profile) => Warnings.Count == 0 ? profile : profile with { Warnings = [.. profile.Warnings, .. Warnings] };

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable teacher in Teachers.OfType<IAsyncDisposable>())
        {
            await teacher.DisposeAsync();
        }
    }
}
