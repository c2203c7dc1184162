using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Teachers.Pools;
using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Support.Simulation;

namespace KdCluster.Tests.Teachers.Pools;

/// <summary>A replica whose device takes the same time for every batch, one batch after the other. Rows of several requests share batches.</summary>
internal sealed class SimulatedReplica : IReplica
{
    public const int BatchRows = 32;

    private readonly VirtualTime _time;
    private readonly Queue<Row> _waiting = new();
    private readonly HashSet<TaskCompletionSource<IReadOnlyList<byte[]>>> _open = [];
    private readonly ITimer _reports;
    private TaskCompletionSource _work = new();

    public SimulatedReplica(string address, VirtualTime time, TimeSpan batch, char model = 'a', int limit = int.MaxValue)
    {
        (Address, _time, Batch, Limit) = (address, time, batch, limit);
        Identity = new ReplicaIdentity(Describe(model), "store");
        TimeSpan every = new PoolOptions().ReportEvery;
        _reports = time.CreateTimer(_ => Report(), null, every, every);
        _ = ComputeAsync();
    }

    public event Action<ReplicaSign>? Reported;

    public string Address { get; }

    public bool Reports => true;

    public TimeSpan Batch { get; set; }

    public int Limit { get; }

    public ReplicaIdentity Identity { get; set; }

    /// <summary>The process is gone: what waits breaks, and nobody listens.</summary>
    public bool Dead { get; private set; }

    /// <summary>The process stands still: nothing breaks, nothing comes.</summary>
    public bool Frozen { get; set; }

    /// <summary>The silo is about to stop; it still answers.</summary>
    public bool Leaving { get; private set; }

    /// <summary>Its connection was let go.</summary>
    public bool Released { get; private set; }

    /// <summary>When requests came.</summary>
    public List<TimeSpan> Asked { get; } = [];

    /// <summary>Requests that found nobody.</summary>
    public int Missed { get; private set; }

    public int Withdrawn { get; private set; }

    public bool Disposed { get; private set; }

    public static TeacherDescription Describe(char model) => new(
        "sim", "transformer", 1, ["no", "yes"], new string('b', 64), new string('c', 64), 16,
        [new TeacherOutput(new string(model, 64), OutputNames.Logits, ElementType.Float32, new OutputShape(1), 0, new string('b', 64))], double.NaN);

    public static TeacherRequest Request(int rows, int first = 0) => new()
    {
        Tokenizer = new string('c', 64),
        StoreAsked = "store",
        Outputs = [OutputNames.Logits],
        Inputs = [.. Enumerable.Range(first, rows).Select(i => new InstanceView([i]))],
        Keys = new InstanceFingerprint[rows],
    };

    public void Kill()
    {
        Dead = true;
        Reset();
        Reported?.Invoke(new ReplicaSign(0, Broken: new IOException("the connection broke")));
    }

    public void Leave()
    {
        Leaving = true;
        Report();
    }

    public void Revive() => Dead = Frozen = false;

    public async Task<ReplicaIdentity> DescribeAsync(TeacherVersionKey version, CancellationToken cancellationToken)
    {
        await AliveAsync(cancellationToken);
        return Identity;
    }

    public Task<byte[]> TokenizerAsync(TeacherVersionKey version, CancellationToken cancellationToken) => Task.FromResult<byte[]>([1]);

    public async Task<IReadOnlyList<byte[]>> AskAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        if (Dead)
        {
            Missed++;
            throw new IOException("nobody listens");
        }

        if (_waiting.Count + request.Inputs.Count > Limit)
        {
            throw TeacherErrors.Full("sim", _waiting.Count, TimeSpan.FromMilliseconds(20));
        }

        Asked.Add(_time.Now);
        // Not asynchronously: what is awaited with a token would leave the simulation for the thread pool.
        TaskCompletionSource<IReadOnlyList<byte[]>> answer = new();
        _open.Add(answer);
        byte[] rows = new byte[request.Inputs.Count * sizeof(float)];
        int left = request.Inputs.Count;
        for (int i = 0; i < request.Inputs.Count; i++)
        {
            int at = i;
            _waiting.Enqueue(new Row(cancellationToken, () =>
            {
                BitConverter.TryWriteBytes(rows.AsSpan(at * sizeof(float)), (float)request.Inputs[at].Ids[0]);
                if (--left == 0)
                {
                    answer.TrySetResult([rows]);
                }
            }));
        }

        _work.TrySetResult();
        try
        {
            return await answer.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Withdrawn++;
            throw;
        }
        finally
        {
            _open.Remove(answer);
            Report();
        }
    }

    public void Reset()
    {
        Released = true;
        _waiting.Clear();
        foreach (TaskCompletionSource<IReadOnlyList<byte[]>> open in _open.ToArray())
        {
            open.TrySetException(new IOException("the connection broke"));
        }
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        _reports.Dispose();
        Reset();
        return ValueTask.CompletedTask;
    }

    private void Report()
    {
        if (!Dead && !Frozen)
        {
            Reported?.Invoke(new ReplicaSign(_waiting.Count, Leaving));
        }
    }

    private async Task AliveAsync(CancellationToken cancellationToken)
    {
        if (Frozen)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        }

        if (Dead)
        {
            throw new IOException("nobody listens");
        }
    }

    private async Task ComputeAsync()
    {
        while (!Disposed)
        {
            if (_waiting.Count == 0)
            {
                _work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await _work.Task;
                continue;
            }

            List<Row> batch = [];
            while (batch.Count < BatchRows && _waiting.TryDequeue(out Row row))
            {
                if (!row.Cancelled.IsCancellationRequested)
                {
                    batch.Add(row);
                }
            }

            await Task.Delay(Batch, _time);
            while (Frozen)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), _time);
            }

            batch.ForEach(r => r.Done());
        }
    }

    private readonly record struct Row(CancellationToken Cancelled, Action Done);
}
