using System.Collections.Concurrent;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Telemetry;
using KdCluster.Grains;
using KdCluster.Recipes;
using KdCluster.Runs;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>Does for a run's grain what takes time: preparing, and writing the report. Answers by calling the grain back.</summary>
internal sealed class RunDirector(
    KdClusterOptions options, RunContexts contexts, RunReportWriter reports, Patience patience, IGrainFactory grains, ILogger<RunDirector> log)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _preparing = new();

    public string FolderOf(string run) => RunFolder.Of(options, run).Root;

    /// <summary>Begins to read the data and find the teachers; ends in <see cref="IRunGrain.PreparedAsync"/> or <see cref="IRunGrain.EndedAsync"/>.</summary>
    public void Prepare(string run, string recipe)
    {
        CancellationTokenSource cancel = new();
        _preparing[run] = cancel;
        _ = Task.Run(() => AttemptAsync(run, cancel.Token, async grain =>
        {
            Recipe parsed = RecipeReader.Read(recipe, run);
            RunFolder folder = RunFolder.Of(options, run);
            await folder.CreateAsync(parsed, options);
            RunContext context = await contexts.GetAsync(run, recipe, grain.PreparingAsync, cancel.Token);
            foreach (string warning in context.Profile.Warnings)
            {
                log.DataWarning(run, warning);
            }

            await grain.PreparedAsync(Variants.Students(parsed));
        }));
    }

    /// <summary>Stops preparing; a run that is past it is not touched.</summary>
    public void CancelPreparation(string run)
    {
        if (_preparing.TryGetValue(run, out CancellationTokenSource? cancel))
        {
            cancel.Cancel();
        }
    }

    /// <summary>Begins to write the report; ends in <see cref="IRunGrain.EndedAsync"/>.</summary>
    public void WriteReport(string recipe, RunStatus status) => _ = Task.Run(() => AttemptAsync(status.Id, CancellationToken.None, async grain =>
    {
        RunContext context = await contexts.GetAsync(status.Id, recipe, grain.PreparingAsync, CancellationToken.None);
        await reports.WriteAsync(context, status, CancellationToken.None);
        await grain.EndedAsync(RunState.Succeeded, []);
    }));

    /// <summary>Lets go of what the run held in memory.</summary>
    public void Release(string run)
    {
        if (_preparing.TryRemove(run, out CancellationTokenSource? cancel))
        {
            cancel.Dispose();
        }

        _ = contexts.ReleaseAsync(run);
    }

    /// <summary>While a silo that died under a call is being found dead, what was begun is begun again; only what lasts ends the run.</summary>
    private async Task AttemptAsync(string run, CancellationToken cancellationToken, Func<IRunGrain, Task> body)
    {
        using IDisposable? scope = LogScope.Run(log, run);
        IRunGrain grain = grains.GetGrain<IRunGrain>(run);
        try
        {
            await PatientlyAsync(() => body(grain));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndAsync(RunState.Cancelled, []);
        }
        catch (Exception e)
        {
            log.RunFailed(run, e);
            await EndAsync(RunState.Failed, ErrorRecord.From(e));
        }

        async Task EndAsync(RunState outcome, ErrorRecord[] errors)
        {
            try
            {
                await PatientlyAsync(() => grain.EndedAsync(outcome, errors));
            }
            catch (Exception e)
            {
                // Nobody is left to be told; whoever finds the run unfinished begins it again.
                log.RunFailed(run, e);
            }
        }
    }

    private Task PatientlyAsync(Func<Task> call) => patience.CallAsync(
        async () =>
        {
            await call();
            return true;
        },
        CancellationToken.None);
}
