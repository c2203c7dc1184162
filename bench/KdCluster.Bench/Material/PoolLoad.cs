using KdCluster.Cluster.Teachers.Pools;
using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Bench;

/// <summary>Keeps a pool as busy as a run does: as many requests under way as it asks for, one after the other.</summary>
/// <param name="rows">Rows in a request.</param>
/// <param name="length">Tokens in a row.</param>
/// <param name="time">The clock.</param>
internal sealed class PoolLoad(int rows, int length, TimeProvider time)
{
    private readonly InstanceView[] _inputs = [.. Enumerable.Range(0, rows).Select(r => new InstanceView(Enumerable.Range(r, length).ToArray()))];

    /// <summary>What a row costs while the load lasts: the ramp at its start and the end are left out.</summary>
    public async Task<Cost> RowCostAsync(TeacherPoolClient pool, TimeSpan ramp, TimeSpan measured, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var request = new TeacherRequest
        {
            Tokenizer = pool.Description.Tokenizer,
            StoreAsked = "",
            Outputs = [OutputNames.Logits],
            Inputs = _inputs,
            Keys = Fingerprints.Instances(_inputs),
        };
        long answered = 0;
        Task[] askers = [.. Enumerable.Range(0, pool.Concurrency).Select(_ => AskAsync())];
        await Task.Delay(ramp, time, cancellationToken).ConfigureAwait(false);
        long before = Volatile.Read(ref answered);
        CostClock clock = CostClock.Start();
        await Task.Delay(measured, time, cancellationToken).ConfigureAwait(false);
        Cost cost = clock.Read();
        long after = Volatile.Read(ref answered);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(askers).ConfigureAwait(false);
        return cost / Math.Max(1, after - before);

        async Task AskAsync()
        {
            try
            {
                while (true)
                {
                    await pool.GetAsync(request, over.Token).ConfigureAwait(false);
                    Interlocked.Add(ref answered, rows);
                }
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // The load is over.
            }
        }
    }
}
