using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Telemetry;
using KdCluster.Grains;
using KdCluster.Recipes;
using KdCluster.Runs;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// Decides what a run does next; everything that takes time is begun here and done elsewhere. State is written when the run changes
/// hands, and when students are placed or end; progress between is kept in memory alone, since checkpoints, not this, are what a run resumes from.
/// </summary>
[TrainerSilo]
internal sealed partial class RunGrain(
    [PersistentState("run", GrainStorage.Name)] IPersistentState<RunRecord> state, RunDirector director, TrainerSilos silos, SelfEndpoint self, SiloDrain drain, KdClusterOptions options,
    TimeProvider time, ILogger<RunGrain> log) : Grain, IRunGrain
{
    // Short: when a silo dies that held this grain's entry of the directory, Orleans lets go of the grain, wherever it is, and waits with that for the calls under way. So long
    // nobody hears of the run, though its students train on.
    private static readonly TimeSpan s_longPoll = TimeSpan.FromMilliseconds(500);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _begun;

    private string Id => this.GetPrimaryKeyString();

    private RunRecord Kept => state.State;

    // Runs of before it was kept in the grain have it in their folder.
    private int Threads => Kept.Threads > 0 ? Kept.Threads : RunFolder.Of(options, Id).Threads() ?? options.TorchThreads;

    private RunStatus Status => Kept.Status ?? throw new InvalidOperationException($"run {Id} was not started");

    public async Task<RunStatus> StartAsync(string recipe, string owner)
    {
        if (Kept.Status is { } known)
        {
            return known;
        }

        Recipe parsed = RecipeReader.Read(recipe, Id);
        Kept.Recipe = recipe;
        Kept.Threads = options.TorchThreads;
        Kept.Status = new RunStatus
        {
            Id = Id,
            Name = parsed.Name,
            Started = time.GetUtcNow(),
            Teachers = [.. parsed.Teachers.Select(t => t.Name)],
            Folder = director.FolderOf(Id),
            RecipeHash = RecipeHash.Of(parsed),
            Owner = owner,
        };
        try
        {
            // Listed first: what is listed and does not exist is forgotten, what exists and is not listed would be lost with its silo.
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.ActiveRuns).AddAsync(Id);
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Runs).AddAsync(Id);
            await BeginAsync();
        }
        catch
        {
            // What could not be written down was not started: it does not stay pending, and asking again starts it.
            (state.State, _begun) = (new RunRecord(), false);
            DeactivateOnIdle();
            throw;
        }

        return Status;
    }

    public Task<RunStatus?> GetAsync()
    {
        // Whoever asks for runs that there are not shall not fill the memory with them.
        if (Kept.Status is null)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(Kept.Status);
    }

    public async Task<RunStatus> NextAsync(long version)
    {
        if (Status.Version <= version && !Status.Over)
        {
            await Task.WhenAny(_changed.Task, Task.Delay(s_longPoll, time));
        }

        return Status;
    }

    public async Task<RunStatus> CancelAsync()
    {
        if (Status.Over || Kept.Cancelling)
        {
            return Status;
        }

        Kept.Cancelling = true;
        await state.WriteStateAsync();
        director.CancelPreparation(Id);
        StopStudents();
        await FinishWhenIdleAsync();
        return Status;
    }

    public async Task<RunStatus> ResumeAsync()
    {
        if (Status is { Over: true } and not { State: RunState.Succeeded })
        {
            if (!silos.Threads.Contains(Threads))
            {
                throw RunFolder.OtherThreads(Id, Threads, options.TorchThreads);
            }

            RunStatus before = Status;
            Change(s => s with { State = RunState.Pending, Ended = null, Errors = [] });
            try
            {
                await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.ActiveRuns).AddAsync(Id);
                await BeginAsync();
            }
            catch
            {
                Change(_ => before);
                throw;
            }
        }

        return Status;
    }

    public Task PreparingAsync(string activity)
    {
        Change(s => s with { State = RunState.Preparing, Activity = activity });
        return Task.CompletedTask;
    }

    public async Task PreparedAsync(StudentStatus[] students)
    {
        if (Kept.Cancelling)
        {
            await EndedAsync(RunState.Cancelled, []);
            return;
        }

        // A student that was done before the run was interrupted stays done, and none forgets how often it was begun.
        Dictionary<string, StudentStatus> before = Status.Students.ToDictionary(s => s.Key);
        StudentStatus[] all = [.. students.Select(s => !before.TryGetValue(s.Key, out StudentStatus? b) ? s : b.Done ? b : s with { Attempt = b.Attempt })];
        Change(s => s with { State = RunState.Running, Activity = "", Students = all });
        await state.WriteStateAsync();
        await TakeUpAsync();
    }

    public async Task EndedAsync(RunState outcome, KdError[] errors)
    {
        StopStudents();
        await director.RetireAsync(Id, Kept.Recipe);
        Change(s => s with { State = outcome, Ended = time.GetUtcNow(), Errors = [.. errors.Distinct()], Activity = "" });
        (Kept.Cancelling, Kept.Errors, Kept.Places) = (false, [], []);
        if (await TryKeepAsync() is { } unkept && outcome == RunState.Succeeded)
        {
            // A silo that starts again would not know of the end: it is made again, from what is there, when the run is resumed.
            outcome = RunState.Failed;
            Change(s => s with { State = outcome, Errors = [unkept] });
        }

        _begun = false;
        Rest();
        RunMetrics.Ended(outcome);
        director.Release(Id);
        if (outcome != RunState.Interrupted || !options.Clustered)
        {
            try
            {
                await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.ActiveRuns).RemoveAsync(Id);
            }
            catch (Exception e) when (GrainRetry.Coded(e) is not null)
            {
                // Still listed as active: whoever looks finds it over.
            }
        }
    }

    public async Task<bool> EnsureAsync()
    {
        if (Kept.Status is not { Over: false } status)
        {
            return false;
        }

        if (drain.Draining)
        {
            // Activated again where there is room; students train on where they are.
            _begun = false;
            Rest();
            DeactivateOnIdle();
        }
        else if (!_begun && Kept.Cancelling && status.State != RunState.Running)
        {
            await EndedAsync(RunState.Cancelled, []);
        }
        else if (!_begun)
        {
            await (status.State == RunState.Running ? TakeUpAsync() : BeginAsync());
        }

        return true;
    }

    public async Task OrphanedAsync()
    {
        if (Kept.Status is { Over: false } && !_begun)
        {
            await EndedAsync(RunState.Interrupted, []);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        director.Leave(Id);
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    private async Task BeginAsync()
    {
        Kept.Threads = Threads;
        Change(s => s with { Silo = self.Address });
        await state.WriteStateAsync();
        _begun = true;
        director.Prepare(Id, Kept.Recipe, Threads);
    }

    /// <summary>Writes the state where it can be: a disk without room is no reason not to continue with what is in memory.</summary>
    /// <returns>Why it could not; null: it was written.</returns>
    private async Task<KdError?> TryKeepAsync()
    {
        try
        {
            await state.WriteStateAsync();
            return null;
        }
        catch (Exception e) when (GrainRetry.Coded(e) is { } coded)
        {
            return coded.Errors[0];
        }
    }

    private async Task FinishWhenIdleAsync()
    {
        if (Kept.Places.Count > 0 || Status.State != RunState.Running)
        {
            return;
        }

        if (Kept.Errors.Count > 0)
        {
            await EndedAsync(RunState.Failed, [.. Kept.Errors]);
        }
        else if (Kept.Cancelling)
        {
            await EndedAsync(RunState.Cancelled, []);
        }
        else if (Array.TrueForAll(Status.Students, s => s.Done))
        {
            Rest();
            Change(s => s with { Activity = "writing the report" });
            director.WriteReport(Kept.Recipe, Status);
        }
        else if (_stopped)
        {
            await EndedAsync(RunState.Interrupted, []);
        }
    }

    private void Change(Func<RunStatus, RunStatus> change)
    {
        Kept.Status = change(Status) with { Version = Status.Version + 1 };
        TaskCompletionSource before = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.SetResult();
    }
}
