using System.Collections.Concurrent;
using System.Diagnostics;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Telemetry;
using KdCluster.Grains;
using KdCluster.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// The silo's trainer threads. Each trains one student at a time, from start to end, and never awaits in between. A student is taken on only where a thread is free: what
/// waits, waits with its run, which can give it to another silo. How a student ended is told to its run until the run has heard it.
/// </summary>
internal sealed class TrainerPool : IHostedService, IDisposable
{
    private static readonly TimeSpan s_tellAgain = TimeSpan.FromMilliseconds(500), s_toTell = TimeSpan.FromSeconds(10);
    private readonly BlockingCollection<Held> _queue = [];
    private readonly Dictionary<StudentKey, Held> _held = [];
    private readonly IStudentTraining _training;
    private readonly IGrainFactory _grains;
    private readonly SiloDrain _drain;
    private readonly TimeProvider _time;
    private readonly ILogger<TrainerPool> _log;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _silent = new();
    private readonly bool _leavesRuns;
    private bool _closed;
    private int _active;

    public TrainerPool(KdClusterOptions options, IStudentTraining training, SiloDrain drain, IGrainFactory grains, TimeProvider time, ILogger<TrainerPool> log)
    {
        (_training, _grains, _drain, _time, _log, _leavesRuns) = (training, grains, drain, time, log, options.Clustered);
        _threads = [.. Enumerable.Range(0, options.Trainers).Select(i => new Thread(Loop) { IsBackground = true, Name = $"kd trainer {i}" })];
        drain.Began += Leave;
    }

    /// <summary>Raised when a place is taken or becomes free.</summary>
    public event Action? Changed;

    /// <summary>Students that train now.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Places that are taken.</summary>
    public int Taken
    {
        get
        {
            lock (_held)
            {
                return _held.Values.Count(h => !h.Over);
            }
        }
    }

    /// <summary>Takes a student on if a thread is free for it. One that is here already in the same attempt stays as it is; one of an earlier attempt is stopped first.</summary>
    /// <returns>Whether it is here.</returns>
    public bool TryStart(StudentOrder order)
    {
        Held held = new(order, Activity.Current?.Context ?? default);
        lock (_held)
        {
            if (_held.TryGetValue(order.Key, out Held? there))
            {
                if (there.Attempt >= order.Student.Attempt)
                {
                    return there.Attempt == order.Student.Attempt;
                }

                if (!there.Over)
                {
                    there.Cancel.Cancel();
                    return false;
                }
            }

            if (_closed || (_leavesRuns && _drain.Draining) || _held.Values.Count(h => !h.Over) >= _threads.Length)
            {
                return false;
            }

            _held[order.Key] = held;
            _queue.Add(held);
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>Asks a student to stop at its next step, or not to begin.</summary>
    /// <returns>Whether it is here in this attempt.</returns>
    public bool Cancel(StudentKey key, long attempt)
    {
        lock (_held)
        {
            if (!_held.TryGetValue(key, out Held? held) || held.Attempt != attempt)
            {
                return false;
            }

            held.Cancel.Cancel();
            return true;
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Array.ForEach(_threads, t => t.Start());
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops every student at its next step, with its checkpoint, waits for the threads, and until the runs have heard of it. Grains are still there: this service starts after
    /// them.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] told;
        lock (_held)
        {
            if (!_closed)
            {
                _closed = true;
                _queue.CompleteAdding();
            }
        }

        CancelAll();
        await Task.Run(() => Array.ForEach(_threads, t => t.Join()), cancellationToken);
        lock (_held)
        {
            told = [.. _held.Values.Select(h => h.Told)];
        }

        await Task.WhenAny(Task.WhenAll(told), Task.Delay(s_toTell, _time, cancellationToken));
        await _silent.CancelAsync();
    }

    public void Dispose()
    {
        _drain.Began -= Leave;
        _queue.Dispose();
        _silent.Dispose();
    }

    /// <summary>The silo is being drained: other silos continue with what it trains.</summary>
    private void Leave()
    {
        if (_leavesRuns)
        {
            CancelAll();
        }
    }

    private void CancelAll()
    {
        lock (_held)
        {
            foreach (Held held in _held.Values.Where(h => !h.Over))
            {
                held.Cancel.Cancel();
            }
        }
    }

    private void Loop()
    {
        foreach (Held held in _queue.GetConsumingEnumerable())
        {
            StudentOrder order = held.Order;
            using IDisposable? scope = LogScope.Student(_log, order.Run, order.Key.Student);
            using Activity? span = Spans.Student(order.Key, held.Parent);
            IRunGrain run = _grains.GetGrain<IRunGrain>(order.Run);
            LatestReport reports = new(status => ReportAsync(run, held, status), e => _log.ReportLost(order.Key.ToString(), e));
            Interlocked.Increment(ref _active);
            Func<Task>? last = null;
            try
            {
                StudentStatus done = _training.Train(order, reports.Post, held.Cancel.Token);
                last = () => run.ReportAsync(done);
            }
            catch (OperationCanceledException) when (held.Cancel.IsCancellationRequested)
            {
                last = () => run.StoppedAsync(order.Student.Key, held.Attempt, []);
            }
            catch (KdException e) when (e.Code == "KD1504")
            {
                // Its successor reports.
                _log.StudentTaken(order.Key.ToString());
            }
            catch (Exception e)
            {
                _log.StudentFailed(order.Key.ToString(), e);
                KdError[] errors = KdError.From(e);
                last = () => run.StoppedAsync(order.Student.Key, held.Attempt, errors);
            }

            Interlocked.Decrement(ref _active);
            lock (_held)
            {
                held.Over = true;
                held.Told = TellAsync(held, last);
            }

            Changed?.Invoke();
        }
    }

    /// <summary>A run that has given the student to someone else, or has ended, has it stopped here.</summary>
    private static async Task ReportAsync(IRunGrain run, Held held, StudentStatus status)
    {
        if (!await run.ReportAsync(status))
        {
            await held.Cancel.CancelAsync();
        }
    }

    /// <summary>Until it is heard: a run's grain may be on its way to another silo. While it is not, the student is still here for whoever offers it again.</summary>
    private async Task TellAsync(Held held, Func<Task>? last)
    {
        await Task.Yield();
        for (bool told = last is null; !told && !_silent.IsCancellationRequested;)
        {
            try
            {
                await last!();
                told = true;
            }
            catch (Exception e)
            {
                _log.ReportLost(held.Order.Key.ToString(), e);
                await Task.Delay(s_tellAgain, _time, _silent.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        lock (_held)
        {
            if (_held.TryGetValue(held.Order.Key, out Held? there) && there == held)
            {
                _held.Remove(held.Order.Key);
            }
        }
    }

    /// <summary>A student that is here: it trains, or its run has not heard yet how it ended.</summary>
    private sealed class Held(StudentOrder order, ActivityContext parent)
    {
        public StudentOrder Order => order;

        public ActivityContext Parent => parent;

        public long Attempt => order.Student.Attempt;

        public CancellationTokenSource Cancel { get; } = new();

        /// <summary>It trains no more.</summary>
        public bool Over { get; set; }

        /// <summary>Ends when its run has heard how it ended.</summary>
        public Task Told { get; set; } = Task.CompletedTask;
    }
}
