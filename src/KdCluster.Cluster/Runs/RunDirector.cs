using System.Collections.Concurrent;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Telemetry;
using KdCluster.Grains;
using KdCluster.Recipes;
using KdCluster.Runs;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>Does for a run's grain what takes time: preparing, asking the silos that train, and writing the report. Answers by calling the grain back.</summary>
internal sealed class RunDirector(
    KdClusterOptions options, RunContexts contexts, TrainedTeachers trained, RunReportWriter reports, TrainerServices trainers, TrainerSilos silos, GrainRetry retry, IGrainFactory grains, TimeProvider time, ILogger<RunDirector> log)
{
    private static readonly TimeSpan s_toRetire = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _preparing = new();
    private readonly ConcurrentDictionary<string, int> _waiting = new();

    /// <summary>Students of this silo's runs that wait for a place.</summary>
    public int Waiting => _waiting.Values.Sum();

    public string FolderOf(string run) => RunFolder.Of(options, run).Root;

    /// <summary>Begins to read the data and find the teachers; ends in <see cref="IRunGrain.PreparedAsync"/> or <see cref="IRunGrain.EndedAsync"/>.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="recipe">Its effective recipe.</param>
    /// <param name="threads">Threads inside one tensor operation that its students compute with, on every silo.</param>
    public void Prepare(string run, string recipe, int threads)
    {
        CancellationTokenSource cancel = new();
        _preparing[run] = cancel;
        Task.Run(() => AttemptAsync(run, cancel.Token, async grain =>
        {
            Recipe parsed = RecipeReader.Read(recipe, run);
            RunFolder folder = RunFolder.Of(options, run);
            folder.Create(parsed, threads);
            await trained.ProvideAsync(run, parsed, threads, activity => RepeatAsync(() => grain.PreparingAsync(activity)), cancel.Token);
            // Made now, so that what does not fit is known before anything is trained; kept for the students that this silo trains, and for the report.
            await using (RunContexts.Use use = await contexts.UseAsync(run, recipe, grain.PreparingAsync, cancel.Token))
            {
                foreach (string warning in use.Context.Profile.Warnings)
                {
                    log.DataWarning(run, warning);
                }
            }

            await grain.PreparedAsync(Variants.Students(parsed));
        })).LogFaults(log, $"preparing run {run}");
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
    public void WriteReport(string recipe, RunStatus status) => Task.Run(() => AttemptAsync(status.Id, CancellationToken.None, async grain =>
    {
        await using RunContexts.Use use = await contexts.UseAsync(status.Id, recipe, grain.PreparingAsync, CancellationToken.None);
        await reports.WriteAsync(use.Context, status, CancellationToken.None);
        await grain.EndedAsync(RunState.Succeeded, []);
    })).LogFaults(log, $"writing the report of run {status.Id}");

    /// <summary>Begins to offer a student to a silo; ends in <see cref="IRunGrain.OfferedAsync"/>.</summary>
    public void Offer(StudentOrder order, string silo) => Tell(order.Run, async grain =>
    {
        bool? taken = null;
        try
        {
            taken = await trainers.On(silo).OfferAsync(order.Run, order.Recipe, order.Student);
        }
        catch (Exception e) when (GrainRetry.Passes(e))
        {
            log.TrainerSilent(silo, order.Key.ToString(), e.Message);
        }

        await grain.OfferedAsync(order.Student.Key, order.Student.Attempt, taken);
    });

    /// <summary>Begins to have a student stopped. Its silo says when it has; where it is not, <see cref="IRunGrain.StoppedAsync"/> is told now.</summary>
    public void Cancel(StudentKey key, long attempt, string silo) => Tell(key.Run, async grain =>
    {
        if (!await trainers.On(silo).CancelAsync(key.Run, key.Student, attempt))
        {
            await grain.StoppedAsync(key.Student, attempt, []);
        }
    });

    /// <summary>How many students of a run wait for a place.</summary>
    public void Wait(string run, int students) => _waiting[run] = students;

    /// <summary>The run's grain goes to another silo, or ends.</summary>
    public void Leave(string run) => _waiting.TryRemove(run, out _);

    /// <summary>Undeploys the teachers that the run has trained. Ends when they are, or have not been for a while: then they are tried further, and the run ends without them.</summary>
    public async Task RetireAsync(string run, string recipe)
    {
        Recipe parsed = RecipeReader.Read(recipe, run);
        if (parsed.Teachers.All(t => t.Train is null))
        {
            return;
        }

        Task retiring = Task.Run(async () =>
        {
            try
            {
                await RepeatAsync(() => trained.RetireAsync(run, parsed));
            }
            catch (Exception e)
            {
                log.TeachersLeft(run, e.Message);
            }
        });
        await Task.WhenAny(retiring, Task.Delay(s_toRetire, time));
    }

    /// <summary>The run has ended: all silos let go of what it held in memory.</summary>
    public void Release(string run)
    {
        Leave(run);
        if (_preparing.TryRemove(run, out CancellationTokenSource? cancel))
        {
            cancel.Dispose();
        }

        Tell(run, async _ =>
        {
            await contexts.ReleaseAsync(run);
            await Task.WhenAll(silos.All.Select(silo => trainers.On(silo).ReleaseAsync(run)));
        });
    }

    /// <summary>What the grain asks for again when it comes to nothing.</summary>
    private void Tell(string run, Func<IRunGrain, Task> body) => Task.Run(async () =>
    {
        using IDisposable? scope = LogScope.Run(log, run);
        try
        {
            await body(grains.GetGrain<IRunGrain>(run));
        }
        catch (Exception e)
        {
            log.WordLost(run, e);
        }
    }).LogFaults(log, $"telling run {run}");

    /// <summary>While a silo that died under a call is being found dead, what was begun is begun again; only what lasts ends the run.</summary>
    private async Task AttemptAsync(string run, CancellationToken cancellationToken, Func<IRunGrain, Task> body)
    {
        using IDisposable? scope = LogScope.Run(log, run);
        IRunGrain grain = grains.GetGrain<IRunGrain>(run);
        try
        {
            await RepeatAsync(() => body(grain));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndAsync(RunState.Cancelled, []);
        }
        catch (Exception e)
        {
            log.RunFailed(run, e);
            await EndAsync(RunState.Failed, KdError.From(e));
        }

        async Task EndAsync(RunState outcome, KdError[] errors)
        {
            try
            {
                await RepeatAsync(() => grain.EndedAsync(outcome, errors));
            }
            catch (Exception e)
            {
                // Nobody is left to be told; whoever finds the run unfinished begins it again.
                log.RunFailed(run, e);
            }
        }
    }

    private Task RepeatAsync(Func<Task> call) => retry.CallAsync(
        async () =>
        {
            await call();
            return true;
        },
        CancellationToken.None);
}
