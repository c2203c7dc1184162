using System.Collections.Concurrent;
using System.Diagnostics;
using KdCluster.Cluster.Telemetry;
using KdCluster.Grains;
using KdCluster.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>The silo's trainer threads. Each trains one student at a time, from start to end, and never awaits in between.</summary>
internal sealed class TrainerPool : IHostedService, IDisposable
{
    private readonly BlockingCollection<Queued> _queue = [];
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new();
    private readonly Func<StudentOrder, Action<StudentStatus>, CancellationToken, StudentStatus> _train;
    private readonly IGrainFactory _grains;
    private readonly ILogger<TrainerPool> _log;
    private readonly Thread[] _threads;
    private int _active;

    public TrainerPool(KdClusterOptions options, StudentTraining training, IGrainFactory grains, ILogger<TrainerPool> log)
    {
        (_train, _grains, _log) = (training.Train, grains, log);
        _threads = [.. Enumerable.Range(0, options.Trainers).Select(i => new Thread(Loop) { IsBackground = true, Name = $"kd trainer {i}" })];
    }

    /// <summary>Students that train now.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Students that wait for a thread.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Students that are queued or train now.</summary>
    public int Running => _running.Count;

    /// <summary>Queues a student; one that is queued or training already is left alone.</summary>
    public void Start(StudentOrder order)
    {
        CancellationTokenSource cancel = new();
        if (_running.TryAdd(order.Key.ToString(), cancel))
        {
            _queue.Add(new Queued(order, cancel, Activity.Current?.Context ?? default));
        }
        else
        {
            cancel.Dispose();
        }
    }

    /// <summary>Asks a student to stop at its next step, or not to begin.</summary>
    public void Cancel(StudentKey key)
    {
        if (_running.TryGetValue(key.ToString(), out CancellationTokenSource? cancel))
        {
            cancel.Cancel();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Array.ForEach(_threads, t => t.Start());
        return Task.CompletedTask;
    }

    /// <summary>Stops every student at its next step, with its checkpoint, and waits for the threads. Grains are still there: this service starts after them.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.CompleteAdding();
        foreach (CancellationTokenSource cancel in _running.Values)
        {
            cancel.Cancel();
        }

        return Task.Run(() => Array.ForEach(_threads, t => t.Join()), cancellationToken);
    }

    public void Dispose() => _queue.Dispose();

    private void Loop()
    {
        foreach (Queued queued in _queue.GetConsumingEnumerable())
        {
            using CancellationTokenSource cancel = queued.Cancel;
            string key = queued.Order.Key.ToString();
            using IDisposable? scope = LogScope.Student(_log, queued.Order.Key.Run, queued.Order.Key.Student);
            using Activity? span = Spans.Student(queued.Order.Key, queued.Parent);
            IStudentTrainerGrain grain = _grains.GetGrain<IStudentTrainerGrain>(key);
            Interlocked.Increment(ref _active);
            using LatestReport relay = new(status => grain.ReportAsync(status), e => _log.ReportLost(key, e));
            try
            {
                StudentStatus done = _train(queued.Order, relay.Post, cancel.Token);
                _running.TryRemove(key, out _);
                relay.Finish(() => grain.ReportAsync(done));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                _running.TryRemove(key, out _);
                relay.Finish(() => grain.StoppedAsync([]));
            }
            catch (KdException e) when (e.Code == "KD1504")
            {
                // Its successor reports.
                _running.TryRemove(key, out _);
                _log.StudentTaken(key);
            }
            catch (Exception e)
            {
                _running.TryRemove(key, out _);
                _log.StudentFailed(key, e);
                relay.Finish(() => grain.StoppedAsync(ErrorRecord.From(e)));
            }
            finally
            {
                Interlocked.Decrement(ref _active);
            }
        }
    }

    private sealed record Queued(StudentOrder Order, CancellationTokenSource Cancel, ActivityContext Parent);
}
