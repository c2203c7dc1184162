using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>Follows runs until they end, showing how far they are.</summary>
/// <param name="silo">Who runs them.</param>
/// <param name="context">Where to show it.</param>
internal sealed class RunFollower(SiloConnection silo, CliContext context)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>Follows runs; Ctrl-C leaves them to their silo, or stops them in good order when the silo is in this process.</summary>
    /// <param name="title">What is being done, for people.</param>
    /// <param name="ids">The runs.</param>
    /// <param name="stop">Ctrl-C.</param>
    /// <returns>The runs as they ended, in the order of <paramref name="ids"/>.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C; what it means for the runs has been said.</exception>
    public async Task<IReadOnlyList<Run>> FollowAsync(string title, IReadOnlyList<string> ids, CancellationToken stop)
    {
        IRunView view = context.Terminal.Live ? new LiveRunView(title, context.Terminal, context.Time) : new LogRunView(title, context.Terminal, context.Time);
        try
        {
            return await WatchAsync(ids, view, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            view.Close();
            await LeaveAsync(ids).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says how runs ended: the errors of those that failed.</summary>
    /// <returns>The exit code.</returns>
    public int Conclude(IReadOnlyList<Run> runs)
    {
        foreach (Run run in runs)
        {
            ErrorPrinter.Print(context.Terminal, run.Errors.Select(e => e.ToError()));
            if (run.State != RunState.Succeeded)
                context.Terminal.Note($"Run {run.Id} {RunText.State(run.State)}.{(RunText.GoesOn(run) ? $" To resume from its last checkpoint: {silo.Line($"run resume {run.Id}")}" : "")}");
        }

        return runs.All(r => r.State == RunState.Succeeded) ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task<IReadOnlyList<Run>> WatchAsync(IReadOnlyList<string> ids, IRunView view, CancellationToken stop)
    {
        var gate = new Lock();
        Run?[] last = new Run?[ids.Count];
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] watches = [.. ids.Select((id, i) => WatchOneAsync(id, i))];
        try
        {
            await foreach (Task watch in Task.WhenEach(watches).ConfigureAwait(false))
                await watch.ConfigureAwait(false);
        }
        finally
        {
            // When one fails, the others end too.
            await either.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        view.Close();
        return [.. last.Select((run, i) => run ?? throw new KdException("KD1601", "the silo ended the watch without the state of the run.", $"run {ids[i]}"))];

        async Task WatchOneAsync(string id, int index)
        {
            await foreach (Run run in silo.Client.Run(id).WatchAsync(either.Token).ConfigureAwait(false))
            {
                lock (gate)
                {
                    last[index] = run;
                    view.Show([.. last.OfType<Run>()]);
                }
            }
        }
    }

    private async Task LeaveAsync(IReadOnlyList<string> ids)
    {
        if (!silo.InProcess)
        {
            foreach (string id in ids)
                context.Terminal.Note($"The run continues. To follow it: {silo.Line($"run watch {id}")}");
            return;
        }

        context.Terminal.Note("Stopping at the next step and keeping a checkpoint ...");
        using var patience = new CancellationTokenSource(Grace, context.Time);
        foreach (string id in ids)
        {
            RunHandle handle = silo.Client.Run(id);
            await handle.CancelAsync(patience.Token).ConfigureAwait(false);
            await foreach (Run run in handle.WatchAsync(patience.Token).ConfigureAwait(false))
            {
                if (RunText.Over(run) && run.State != RunState.Succeeded)
                    context.Terminal.Note($"To resume: {silo.Line($"run resume {id}")}");
            }
        }
    }
}
