using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
using KdCluster.SoftTargets;

namespace KdCluster.Bench;

/// <summary>
/// A teacher whose device takes the same time for every batch and no processor: the batcher, the queue and the wire around it are the product's. A batch begins when its
/// last row is there and the one before is done, so that the device is idle only where rows came too late.
/// </summary>
internal sealed class SimulatedDevice : IServedTeacher, IAsyncDisposable
{
    private readonly DeviceWorker _worker;
    private readonly TeacherBatcher _batcher;
    private readonly RowQueue _queue = new(8192);
    private readonly SoftTargetSet _set;
    private readonly TimeProvider _time;
    private readonly long _batch;
    private long _free;

    public SimulatedDevice(int rows, TimeSpan batch, SoftTargetSet set, TimeProvider time)
    {
        (_set, _time, _batch) = (set, time, (long)(batch.TotalSeconds * time.TimestampFrequency));
        _worker = new DeviceWorker("simulated", 1, _ => { });
        _batcher = new TeacherBatcher(_worker, length => length, Compute, rows, TimeSpan.FromMilliseconds(5), time);
    }

    public int QueuedRows => _queue.Rows;

    public TeacherLease Lease() => new(() => { });

    public async Task<byte[]> AnswerAsync(TeacherRequestRows request, CancellationToken cancellationToken)
    {
        if (!_queue.TryEnter(request.Asker, request.Inputs.Count))
            throw new KdException("KD1320", "the simulated queue is full.");
        try
        {
            var pending = new PendingRequest([new RowLayout(TeacherOutput.Of(_set), [.. request.Inputs.Select(i => i.Length)])], request.Inputs.Count, request.Asker, cancellationToken);
            _batcher.Add(pending, request.Inputs);
            await pending.Completion.ConfigureAwait(false);
            return pending.Buffers[0];
        }
        finally
        {
            _queue.Leave(request.Asker, request.Inputs.Count);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync().ConfigureAwait(false);
        await _worker.DisposeAsync().ConfigureAwait(false);
    }

    private void Compute(int length, IReadOnlyList<PendingRow> batch)
    {
        _free = Math.Max(_free, batch.Max(r => r.Since)) + _batch;
        TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), _free);
        if (left > TimeSpan.Zero)
            Thread.Sleep(left);
        foreach (PendingRow row in batch)
            row.Request.RowDone();
    }
}

/// <summary>What a simulated device is asked.</summary>
/// <param name="Asker">By whom.</param>
/// <param name="Inputs">Rows.</param>
internal sealed record TeacherRequestRows(string Asker, IReadOnlyList<InstanceView> Inputs);
