using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace KdCluster.Tests.Support.Simulation;

/// <summary>
/// Runs asynchronous code on this thread alone and in virtual time: continuations in the order in which they were posted, and when there are none,
/// the next timer. So an hour of waiting takes no time and comes out the same each time.
/// </summary>
internal sealed class Simulated : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Work, object? State)> _posted = [];

    private Simulated()
    {
    }

    public static void Run(Func<VirtualTime, Task> body)
    {
        SynchronizationContext? before = Current;
        Simulated context = new();
        VirtualTime time = new();
        SetSynchronizationContext(context);
        try
        {
            Task task = body(time);
            while (!task.IsCompleted)
            {
                if (context._posted.TryTake(out (SendOrPostCallback Work, object? State) next))
                {
                    next.Work(next.State);
                }
                else if (!time.Jump())
                {
                    throw new InvalidOperationException($"everything waits, and no timer is left, at {time.Now}");
                }
            }

            if (task.Exception is { } failed)
            {
                ExceptionDispatchInfo.Throw(failed.InnerException!);
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;
}
