using System.Collections.ObjectModel;
using System.Diagnostics;
using KdCluster.Cluster.Devices;
using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Cluster.Teachers.Probes;
using KdCluster.Cluster.Telemetry;
using KdCluster.Grains;
using KdCluster.Learning.Torch;
using KdCluster.Metrics;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>One teacher on its device: the model, its batcher, and what it may be asked.</summary>
internal sealed class TeacherHost : IServedTeacher, IAsyncDisposable
{
    private readonly ITeacherBackend _backend;
    private readonly TeacherBatcher _batcher;
    private readonly ISoftTargetStore _store;
    private readonly int _rows;
    private readonly RowQueue _queue;
    private readonly RateMeter _computed;
    private readonly string[] _fingerprints;
    private readonly TimeProvider _time;
    private int _leases;
    private long _used;

    private TeacherHost(
        TeacherDescription description, TeacherDeployment deployment, ITeacherBackend backend, DeviceWorker worker,
        ISoftTargetStore store, KdClusterOptions options, TimeProvider time)
    {
        (Description, Deployment, _backend, _store, _time) = (description, deployment, backend, store, time);
        _fingerprints = [.. description.Outputs.Select(o => o.Teacher)];
        Fingerprints = TeacherVersionKey.Of(description).Fingerprints;
        _used = time.GetTimestamp();
        _rows = RowsOf(deployment, backend, options);
        _queue = new RowQueue(MaxRows);
        _computed = new RateMeter(time);
        TokenizerFile = backend.Encoder.ToBytes();
        _batcher = new TeacherBatcher(worker, backend.PaddedLength, Compute, _rows, options.Linger, time);
    }

    private static readonly TimeSpan s_shortestRetry = TimeSpan.FromMilliseconds(20), s_longestRetry = TimeSpan.FromSeconds(2);

    /// <summary>Rows that one teacher takes on at once; when they are so many, further requests are refused (<c>KD1320</c>) and asked again later or elsewhere.</summary>
    private const int MaxRows = 8192;

    /// <summary>Instances in one request at most.</summary>
    public const int MaxRequestRows = 4096;

    public TeacherDescription Description { get; }

    public TeacherDeployment Deployment { get; }

    /// <summary>What its weights take, in bytes.</summary>
    public long Bytes => _backend.Bytes;

    public string StoreId => _store.Id;

    public byte[] TokenizerFile { get; }

    public long RowsComputed => _computed.Total;

    /// <summary>Rows computed per second, lately.</summary>
    public double RowsPerSecond => _computed.Rate;

    /// <summary>Rows taken on and not answered yet.</summary>
    public int QueuedRows => _queue.Rows;

    /// <summary>What tells this version of the teacher from others.</summary>
    public IReadOnlyList<string> Fingerprints { get; }

    /// <summary>Since when nobody has held it or asked it.</summary>
    public TimeSpan UnusedFor => Volatile.Read(ref _leases) > 0 ? TimeSpan.Zero : _time.GetElapsedTime(Interlocked.Read(ref _used));

    /// <summary>Whether this version is meant.</summary>
    public bool Is(TeacherVersionKey version) => version.Means(_fingerprints, Deployment);

    /// <summary>Keeps this version on its device.</summary>
    public TeacherLease Lease()
    {
        Interlocked.Increment(ref _leases);
        return new TeacherLease(() =>
        {
            Interlocked.Exchange(ref _used, _time.GetTimestamp());
            Interlocked.Decrement(ref _leases);
        });
    }

    /// <summary>Rows that wait for a batch.</summary>
    public int Waiting => _batcher.Waiting;

    /// <summary>Loads what was deployed onto a device.</summary>
    /// <exception cref="KdException">
    /// <c>KD12xx</c>: the checkpoint cannot be used, or the device is absent; <c>KD1311</c>: the model cannot compute; <c>KD1325</c>: it answers otherwise here than where it was first.
    /// </exception>
    public static async Task<TeacherHost> LoadAsync(
        string name, TeacherDeployment deployment, DeviceWorkers workers, ISoftTargetStore store, KdClusterOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        _ = TorchRuntime.ParseDevice(deployment.Device);   // before a worker is made for what is no device
        DeviceWorker worker = workers.For(deployment.Device);
        return await worker.RunAsync(
            () =>
            {
                ITeacherBackend backend = TeacherBackends.Load(deployment);
                try
                {
                    TeacherDescription description = Describe(name, deployment, backend);
                    TeacherNumerics numerics = Probe(name, deployment, backend, RowsOf(deployment, backend, options));
                    ReplicaProbe.Compare(name, deployment.Numerics ?? numerics, numerics);
                    return new TeacherHost(description, deployment with { Numerics = numerics }, backend, worker, store, options, time);
                }
                catch
                {
                    backend.Dispose();
                    throw;
                }
            },
            cancellationToken);
    }

    /// <summary>Answers a request: from the silo's own store where the asker has not looked there, else by computing; what was computed is kept.</summary>
    /// <param name="request">The inputs.</param>
    /// <param name="asker">Who asks; the teacher is shared fairly between askers.</param>
    /// <param name="cancellationToken">Gives up; rows not begun are dropped.</param>
    /// <exception cref="KdException"><c>KD1304</c>, <c>KD1305</c>, <c>KD1309</c>, <c>KD1310</c>: the request is wrong; <c>KD1320</c>: the queue is full.</exception>
    public Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, string asker, CancellationToken cancellationToken) =>
        TeacherMetrics.RequestAsync(Description.Name, _time, () => AnswerAsync(request, asker, cancellationToken));

    private async Task<IReadOnlyList<byte[]>> AnswerAsync(TeacherRequest request, string asker, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _used, _time.GetTimestamp());
        TeacherRequestChecks.Check(request, Description, _backend.Encoder);
        RowLayout[] layouts = Layouts(request, Enumerable.Range(0, request.Inputs.Count));
        byte[][] rows = Array.ConvertAll(layouts, l => new byte[l.Bytes]);
        int[] missing = await MissingAsync(request, layouts, rows, cancellationToken);
        if (missing.Length == 0)
        {
            return rows;
        }

        if (!_queue.TryEnter(asker, missing.Length))
        {
            throw TeacherErrors.Full(Description.Name, _queue.Rows, RetryAfter());
        }

        try
        {
            await ComputeMissingAsync(request, asker, layouts, rows, missing, cancellationToken);
            return rows;
        }
        finally
        {
            _queue.Leave(asker, missing.Length);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _backend.Dispose();
    }

    private static TeacherDescription Describe(string name, TeacherDeployment deployment, ITeacherBackend backend)
    {
        bool topK = deployment.Element == ElementType.TopK;
        if (topK && backend.Labels.IsScore)
        {
            throw new KdException("KD1324", "a teacher of scores has no largest logits.", $"teacher {name}", "Choose another encoding.");
        }

        int scores = backend.Labels.IsNextToken ? backend.Outputs.First(o => o.Name == OutputNames.TokenLogits).Shape.Dimensions[^1] : backend.Labels.Count;
        if (topK && (deployment.TopK < 1 || deployment.TopK >= scores))
        {
            throw new KdException("KD1324", $"the {deployment.TopK} largest of {scores} logits cannot be kept.", $"teacher {name}", $"Give a number from 1 to {scores - 1}, or another encoding.");
        }

        return new TeacherDescription(
            name, backend.Kind, backend.Parameters, backend.Labels.Names, backend.Labels.Hash, backend.Encoder.Hash,
            backend.Encoder.MaxLength, [.. backend.Outputs.Select((o, i) => Output(o.Name, o.Shape, backend.Fingerprints[i]))],
            backend.Figures.TryGetValue("validation.accuracy", out double accuracy) ? accuracy : double.NaN)
        {
            Inputs = backend.Encoder.Layouts,
            Precision = backend.Precision,
            PrecisionReason = ReasonOf(deployment, backend),
            Figures = !backend.Labels.HasClasses ? Metric.Of(backend.Labels.IsScore ? TaskNames.TextRegression : TaskNames.LanguageModelling).Where(m => backend.Figures.ContainsKey($"validation.{m.Name}")).ToDictionary(m => m.Name, m => backend.Figures[$"validation.{m.Name}"]) : ReadOnlyDictionary<string, double>.Empty,
        };

        // The largest are of logits alone, of a language model those of each token. A score is one number, of any size: float32 costs two bytes more and loses nothing.
        TeacherOutput Output(string output, OutputShape shape, string fingerprint) => output == OutputNames.Score
            ? new(fingerprint, output, ElementType.Float32, shape, 0, backend.Labels.Hash)
            : topK && output is not (OutputNames.Logits or OutputNames.TokenLogits)
            ? new(fingerprint, output, ElementType.Float16, shape, 0, backend.Labels.Hash)
            : new(fingerprint, output, deployment.Element, shape, topK ? deployment.TopK : 0, backend.Labels.Hash);
    }

    private static string ReasonOf(TeacherDeployment deployment, ITeacherBackend backend) =>
        deployment.Precision == Precision.Auto && backend.PrecisionReason.Length == 0 ? "it is computed as it is written." : backend.PrecisionReason;

    private static int RowsOf(TeacherDeployment deployment, ITeacherBackend backend, KdClusterOptions options) =>
        BatchRows.Of(options.TeacherRows ?? (deployment.Device == "cpu" ? 32 : 256), backend.Outputs, backend.PaddedLength(backend.Encoder.MaxLength));

    private static TeacherNumerics Probe(string name, TeacherDeployment deployment, ITeacherBackend backend, int rows)
    {
        try
        {
            return ReplicaProbe.Ask(backend, rows) with { Precision = backend.Precision, PrecisionReason = ReasonOf(deployment, backend) };
        }
        catch (Exception e)
        {
            throw Failed(name, e);
        }
    }

    private static Exception Failed(string name, Exception e) =>
        e is KdException ? e : new KdException("KD1311", $"the teacher's forward pass failed: {e.Message}", $"teacher {name}", null, e);

    private RowLayout[] Layouts(TeacherRequest request, IEnumerable<int> rows)
    {
        int[] lengths = [.. rows.Select(i => request.Inputs[i].Length)];
        return [.. request.Outputs.Select(o => new RowLayout(Description.Output(o), lengths))];
    }

    /// <summary>When half of what waits now will be done.</summary>
    private TimeSpan RetryAfter()
    {
        TimeSpan half = _computed.Rate > 0 ? TimeSpan.FromSeconds(Math.Min(60, _queue.Rows / _computed.Rate / 2)) : s_longestRetry;
        return half < s_shortestRetry ? s_shortestRetry : half > s_longestRetry ? s_longestRetry : half;
    }

    private async Task<int[]> MissingAsync(TeacherRequest request, RowLayout[] layouts, byte[][] rows, CancellationToken cancellationToken)
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
        for (int o = 0; o < layouts.Length; o++)
        {
            await layouts[o].GetAsync(_store, keys, rows[o], found, cancellationToken);
            for (int i = 0; i < n; i++)
            {
                have[i] &= found[i];
            }
        }

        return [.. Enumerable.Range(0, n).Where(i => !have[i])];
    }

    private async Task ComputeMissingAsync(TeacherRequest request, string asker, RowLayout[] layouts, byte[][] rows, int[] missing, CancellationToken cancellationToken)
    {
        PendingRequest pending = new(Layouts(request, missing), missing.Length, asker, cancellationToken);
        using (Spans.Compute(Description.Name, missing.Length))
        {
            _batcher.Add(pending, [.. missing.Select(i => request.Inputs[i])]);
            await pending.Completion;
        }

        InstanceFingerprint[] keys = [.. missing.Select(i => request.Keys[i])];
        using Activity? span = Spans.StorePut(_store.Id, missing.Length);
        for (int o = 0; o < layouts.Length; o++)
        {
            for (int j = 0; j < missing.Length; j++)
            {
                pending.RowOf(o, j).CopyTo(rows[o].AsSpan(layouts[o].BytesOf(missing[j])));
            }

            await pending.Layouts[o].PutAsync(_store, keys, pending.Buffers[o], cancellationToken);
        }
    }

    /// <summary>One batch on a lane; every row's request gets its result or error.</summary>
    private void Compute(int length, IReadOnlyList<PendingRow> batch)
    {
        try
        {
            long began = _time.GetTimestamp();
            Dictionary<string, float[]> answers = Forward(length, batch);
            for (int i = 0; i < batch.Count; i++)
            {
                PendingRequest request = batch[i].Request;
                for (int o = 0; o < request.Layouts.Count; o++)
                {
                    Encode(request.Layouts[o], answers, length, i, batch[i], request.RowOf(o, batch[i].Index));
                }
            }

            _computed.Add(batch.Count);
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
                row.Request.Fail(Failed(Description.Name, e));
            }
        }
    }

    // One row out of the batch's, at the instance's own length.
    private static void Encode(RowLayout layout, Dictionary<string, float[]> answers, int paddedLength, int place, PendingRow row, Span<byte> bytes)
    {
        OutputShape shape = layout.Output.Shape;
        int size = (int)shape.Size(paddedLength);
        ReadOnlySpan<float> padded = answers[layout.Output.Output].AsSpan(place * size, size);
        SoftTargetSet set = layout.Set(row.Index);
        if (!shape.Varies)
        {
            RowCodec.Encode(set, padded, bytes);
            return;
        }

        float[] own = new float[set.Width];
        shape.Crop(padded, paddedLength, row.View.Length, own);
        RowCodec.Encode(set, own, bytes);
    }

    // What any row of the batch wants, [rows, …] at the padded length.
    private Dictionary<string, float[]> Forward(int length, IReadOnlyList<PendingRow> batch)
    {
        string[] wanted = [.. batch.Select(r => r.Request).Distinct().SelectMany(r => r.Layouts).Select(l => l.Output.Output).Distinct()];
        return _backend.Forward([.. batch.Select(r => r.View)], length, _rows, wanted);
    }
}
