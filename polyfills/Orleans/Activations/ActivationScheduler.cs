using System.Collections.Concurrent;
using Orleans.Calls;

namespace Orleans.Activations;

/// <summary>
/// Runs an activation's turns on the thread pool, one at a time and in order. What a grain awaits comes back here,
/// because its code runs in tasks of this scheduler.
/// </summary>
internal sealed class ActivationScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    // Then other activations get the thread.
    private const int TurnsInARow = 64;

    private readonly ConcurrentQueue<object> _turns = new();
    private int _scheduled;

    public void Enqueue(Call call) => Add(call);

    void IThreadPoolWorkItem.Execute()
    {
        RuntimeContext.Current = activation;
        for (var i = 0; i < TurnsInARow && _turns.TryDequeue(out var turn); i++)
        {
            // A task made here, on a bare pool thread, carries nothing of the caller's execution context.
            if (turn is Call call)
                new Task(static state => ((Turn)state!).Run(), new Turn(call, activation)).RunSynchronously(this);
            else
                TryExecuteTask((Task)turn);
        }
        RuntimeContext.Current = null;
        if (!_turns.IsEmpty)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
        Volatile.Write(ref _scheduled, 0);
        Interlocked.MemoryBarrier();
        if (!_turns.IsEmpty)
            Wake();
    }

    protected override void QueueTask(Task task) => Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && RuntimeContext.Current == activation && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _turns.OfType<Task>();

    private void Add(object turn)
    {
        _turns.Enqueue(turn);
        Wake();
    }

    private void Wake()
    {
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.Exchange(ref _scheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    private sealed record Turn(Call Call, Activation Activation)
    {
        // The call reports its own failures; nobody awaits the task.
        public void Run() => _ = Call.RunAsync(Activation);
    }
}
