using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Bench;

/// <summary>Training rows with a store that holds what five teachers say of them.</summary>
internal sealed class WarmStore : IAsyncDisposable
{
    private readonly ISoftTargetStore _store;
    private readonly IReadOnlyList<ITeacherClient> _teachers;

    private WarmStore(ISoftTargetStore store, IReadOnlyList<ITeacherClient> teachers, EncodedSplit rows) => (_store, _teachers, Rows) = (store, teachers, rows);

    public EncodedSplit Rows { get; }

    public static async Task<WarmStore> OpenAsync(BenchTask task, int rows, string folder, CancellationToken cancellationToken)
    {
        EncodedSplit split = task.Rows(rows, seed: 1);
        ISoftTargetStore store = StoreFactory.Open("local", folder, e => throw new KdException(e.Code, e.What, e.Where, e.Remedy), TimeProvider.System);
        return new WarmStore(store, await KeptTeachers.FillAsync(store, task, split.Views, cancellationToken).ConfigureAwait(false), split);
    }

    /// <summary>A source as a run over these of the rows has it: nothing in its memory yet.</summary>
    public SoftTargetSource Source(EncodedSplit rows, bool embedding) =>
        new(_store, _teachers, [.. _teachers.Select(_ => rows.Views)], embedding ? 0 : null, prefetch: 8);

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
