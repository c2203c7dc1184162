using System.Threading.Channels;

namespace KdCluster.Cluster.Devices;

/// <summary>
/// Computes for one device. Work waits in a bounded channel and is done by dedicated threads, its lanes: one on a GPU, one per core
/// on the CPU. Nothing here awaits, so that tensor scopes, which belong to a thread, hold.
/// </summary>
internal sealed class DeviceWorker : IAsyncDisposable
{
    private readonly Channel<Action> _work;
    private readonly Thread[] _lanes;
    private readonly Action<Exception> _onFault;

    /// <param name="device">For people and thread names.</param>
    /// <param name="lanes">Threads.</param>
    /// <param name="onFault">Told of an exception that a piece of work let out; pieces report their own failures, so this is a defect.</param>
    public DeviceWorker(string device, int lanes, Action<Exception> onFault)
    {
        Device = device;
        _onFault = onFault;
        _work = Channel.CreateBounded<Action>(lanes);
        _lanes = [.. Enumerable.Range(0, lanes).Select(i => new Thread(Lane) { IsBackground = true, Name = $"kd {device} lane {i}" })];
        Array.ForEach(_lanes, t => t.Start());
    }

    public string Device { get; }

    public int Lanes => _lanes.Length;

    /// <summary>Pieces of work that wait for a lane.</summary>
    public int Waiting => _work.Reader.Count;

    /// <summary>Queues work, waiting for room.</summary>
    public ValueTask PostAsync(Action work, CancellationToken cancellationToken) => _work.Writer.WriteAsync(work, cancellationToken);

    /// <summary>Queues work and waits for its result.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(
            () =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            },
            cancellationToken);
        return await done.Task;
    }

    public ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        Array.ForEach(_lanes, t => t.Join());
        return ValueTask.CompletedTask;
    }

    private void Lane()
    {
        ChannelReader<Action> reader = _work.Reader;
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (reader.TryRead(out Action? work))
            {
                try
                {
                    work();
                }
                catch (Exception e)
                {
                    _onFault(e);
                }
            }
        }
    }
}
