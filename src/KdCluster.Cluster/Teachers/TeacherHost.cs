using System.Diagnostics;
using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Telemetry;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using static TorchSharp.torch;

namespace KdCluster.Cluster.Teachers;

/// <summary>One teacher on its device: the model, its batcher, and what it may be asked.</summary>
internal sealed class TeacherHost : IAsyncDisposable
{
    private readonly TextModel _model;
    private readonly Device _device;
    private readonly TeacherBatcher _batcher;
    private readonly ISoftTargetStore _store;
    private readonly Tokenizer _tokenizer;
    private readonly int _rows;
    private readonly SemaphoreSlim _room;
    private readonly TimeProvider _time;
    private long _rowsComputed;

    private TeacherHost(
        TeacherDescription description, Grains.TeacherDeployment deployment, Checkpoint checkpoint, Device device, DeviceWorker worker,
        ISoftTargetStore store, KdClusterOptions options, TimeProvider time)
    {
        (Description, Deployment, _model, _tokenizer, _device, _store, _time) = (description, deployment, checkpoint.Model, checkpoint.Tokenizer, device, store, time);
        _model.eval();
        _rows = options.TeacherRows ?? (device.type == TorchSharp.DeviceType.CPU ? 32 : 256);
        _room = new SemaphoreSlim(MaxWaitingRequests);
        TokenizerFile = checkpoint.Tokenizer.ToBytes();
        _batcher = new TeacherBatcher(worker, length => LengthBuckets.Of(length, description.MaxLength), Compute, _rows, options.Linger, time);
    }

    /// <summary>Requests that may be under way at once; further ones wait, so that the queue does not grow without bound.</summary>
    public const int MaxWaitingRequests = 256;

    /// <summary>Instances in one request at most.</summary>
    public const int MaxRequestRows = 4096;

    public TeacherDescription Description { get; }

    public Grains.TeacherDeployment Deployment { get; }

    /// <summary>What its weights take, in bytes.</summary>
    public long Bytes => Description.Parameters * sizeof(float);

    public string StoreId => _store.Id;

    public byte[] TokenizerFile { get; }

    public long RowsComputed => Interlocked.Read(ref _rowsComputed);

    /// <summary>Rows that wait for a batch.</summary>
    public int Waiting => _batcher.Waiting;

    /// <summary>Reads a checkpoint onto a device.</summary>
    /// <exception cref="KdException"><c>KD12xx</c>: the checkpoint cannot be used, or the device is absent.</exception>
    public static async Task<TeacherHost> LoadAsync(
        string name, Grains.TeacherDeployment deployment, DeviceWorkers workers, ISoftTargetStore store, KdClusterOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        Device device = Learning.Torch.TorchRuntime.ParseDevice(deployment.Device);
        DeviceWorker worker = workers.For(deployment.Device);
        return await worker.RunAsync(
            () =>
            {
                Checkpoint checkpoint = Checkpoint.Load(deployment.Checkpoint, device);
                return new TeacherHost(Describe(name, deployment, checkpoint), deployment, checkpoint, device, worker, store, options, time);
            },
            cancellationToken);
    }

    /// <summary>Answers a request: from the silo's own store where the asker has not looked there, else by computing; what was computed is kept.</summary>
    public Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken) =>
        TeacherMetrics.RequestAsync(Description.Name, _time, () => AnswerAsync(request, cancellationToken));

    private async Task<IReadOnlyList<byte[]>> AnswerAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        TeacherRequestChecks.Check(request, Description, _tokenizer.Vocabulary);
        SoftTargetSet[] sets = [.. request.Kinds.Select(Description.Output)];
        await _room.WaitAsync(cancellationToken);
        try
        {
            byte[][] rows = [.. sets.Select(s => new byte[(long)request.Inputs.Count * s.RowBytes])];
            int[] missing = await MissingAsync(request, sets, rows, cancellationToken);
            if (missing.Length > 0)
            {
                await ComputeMissingAsync(request, sets, rows, missing, cancellationToken);
            }

            return rows;
        }
        finally
        {
            _room.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _model.Dispose();
        _room.Dispose();
    }

    private static TeacherDescription Describe(string name, Grains.TeacherDeployment deployment, Checkpoint checkpoint)
    {
        SoftTargetSet Output(OutputKind kind, int width) => new(
            CheckpointFingerprint.Compute(deployment.Checkpoint, kind), kind, deployment.Element, width, 0, checkpoint.Labels.Hash);

        TextModel model = checkpoint.Model;
        return new TeacherDescription(
            name, model.Spec.Kind, model.ParameterCount, checkpoint.Labels.Names, checkpoint.Labels.Hash, checkpoint.Tokenizer.Hash,
            checkpoint.Tokenizer.MaxLength,
            [Output(OutputKind.Logits, checkpoint.Labels.Count), Output(OutputKind.Embedding, model.EmbeddingWidth)],
            checkpoint.Info.Metrics.TryGetValue("validation.accuracy", out double accuracy) ? accuracy : double.NaN);
    }

    private async Task<int[]> MissingAsync(TeacherRequest request, SoftTargetSet[] sets, byte[][] rows, CancellationToken cancellationToken)
    {
        int n = request.Inputs.Count;
        if (request.StoreAsked == _store.Id)
        {
            return [.. Enumerable.Range(0, n)];
        }

        bool[] have = new bool[n], found = new bool[n];
        Array.Fill(have, true);
        InstanceFingerprint[] keys = [.. request.Keys];
        using Activity? span = Spans.StoreGet(_store.Id, n);
        for (int s = 0; s < sets.Length; s++)
        {
            await _store.GetAsync(sets[s], keys, rows[s], found, cancellationToken);
            for (int i = 0; i < n; i++)
            {
                have[i] &= found[i];
            }
        }

        return [.. Enumerable.Range(0, n).Where(i => !have[i])];
    }

    private async Task ComputeMissingAsync(TeacherRequest request, SoftTargetSet[] sets, byte[][] rows, int[] missing, CancellationToken cancellationToken)
    {
        PendingRequest pending = new(sets, missing.Length, cancellationToken);
        using (Spans.Compute(Description.Name, missing.Length))
        {
            _batcher.Add(pending, [.. missing.Select(i => request.Inputs[i])]);
            await pending.Completion;
        }

        InstanceFingerprint[] keys = [.. missing.Select(i => request.Keys[i])];
        using Activity? span = Spans.StorePut(_store.Id, missing.Length);
        for (int s = 0; s < sets.Length; s++)
        {
            int size = sets[s].RowBytes;
            for (int j = 0; j < missing.Length; j++)
            {
                pending.RowOf(s, j).CopyTo(rows[s].AsSpan(missing[j] * size, size));
            }

            await _store.PutAsync(sets[s], keys, pending.Buffers[s], cancellationToken);
        }
    }

    /// <summary>One batch on a lane; every row's request is told, whatever happens.</summary>
    private void Compute(int length, IReadOnlyList<PendingRow> batch)
    {
        try
        {
            long began = _time.GetTimestamp();
            (float[] logits, float[] embedding) = Forward(length, batch);
            for (int i = 0; i < batch.Count; i++)
            {
                PendingRequest request = batch[i].Request;
                for (int s = 0; s < request.Sets.Count; s++)
                {
                    SoftTargetSet set = request.Sets[s];
                    float[] all = set.Kind == OutputKind.Logits ? logits : embedding;
                    RowCodec.Encode(set, all.AsSpan(i * set.Width, set.Width), request.RowOf(s, batch[i].Index));
                }
            }

            Interlocked.Add(ref _rowsComputed, batch.Count);
            TeacherMetrics.Batch(Description.Name, batch.Count, _time.GetElapsedTime(batch[0].Since, began), _time.GetElapsedTime(began));
            foreach (PendingRow row in batch)
            {
                row.Request.RowDone();
            }
        }
        catch (Exception e)
        {
            foreach (PendingRow row in batch)
            {
                row.Request.Fail(e is KdException ? e : new KdException("KD1311", $"the teacher's forward pass failed: {e.Message}", $"teacher {Description.Name}", null, e));
            }
        }
    }

    private (float[] Logits, float[] Embedding) Forward(int length, IReadOnlyList<PendingRow> batch)
    {
        using IDisposable noGrad = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor ids = TokenBatch.Collate([.. batch.Select(r => r.Tokens)], length, _rows, _device);
        ModelOutput output = _model.call(ids);   // logits [rows, classes], embedding [rows, width]
        return (output.Logits.cpu().data<float>().ToArray(), output.Embedding.cpu().data<float>().ToArray());
    }
}
