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
/// hands or a student ends; progress between is kept in memory alone, since checkpoints, not this, are what a run resumes from.
/// </summary>
[TrainerSilo]
internal sealed class RunGrain(
    [PersistentState("run", GrainStorage.Name)] IPersistentState<RunRecord> state, RunDirector director, SiloDrain drain, SiloBoard board, KdClusterOptions options, TimeProvider time,
    ILogger<RunGrain> log)
    : Grain, IRunGrain
{
    // Short: when a silo dies that held this grain's entry of the directory, Orleans lets go of the grain, wherever it is, and waits with that for the calls under way. So long
    // nobody hears of the run, though its students train on.
    private static readonly TimeSpan s_longPoll = TimeSpan.FromMilliseconds(500);
    private readonly HashSet<string> _active = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<ErrorRecord> _errors = [];
    private bool _cancelling;
    private bool _begun;

    private string Id => this.GetPrimaryKeyString();

    // Runs of before it was kept in the grain have it in their folder.
    private int Threads => state.State.Threads > 0 ? state.State.Threads : RunFolder.Of(options, Id).Threads() ?? options.TorchThreads;

    private RunStatus Status => state.State.Status ?? throw new InvalidOperationException($"run {Id} was not started");

    public async Task<RunStatus> StartAsync(string recipe, string owner)
    {
        if (state.State.Status is { } known)
        {
            return known;
        }

        Recipe parsed = RecipeReader.Read(recipe, Id);
        state.State.Recipe = recipe;
        state.State.Threads = options.TorchThreads;
        state.State.Status = new RunStatus
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
        if (state.State.Status is null)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(state.State.Status);
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
        if (Status.Over || _cancelling)
        {
            return Status;
        }

        _cancelling = true;
        director.CancelPreparation(Id);
        foreach (string key in _active)
        {
            await Trainer(key).CancelAsync();
        }

        if (_active.Count == 0 && (Status.State == RunState.Running || !_begun))
        {
            await EndedAsync(RunState.Cancelled, []);
        }

        return Status;
    }

    public async Task<RunStatus> ResumeAsync()
    {
        if (Status is { Over: true } and not { State: RunState.Succeeded })
        {
            if (!ComputesAlike() && !OthersComputeAlike())
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
        if (_cancelling)
        {
            await EndedAsync(RunState.Cancelled, []);
            return;
        }

        // A student that was done before the run was interrupted stays done.
        Dictionary<string, StudentStatus> done = Status.Students.Where(s => s.Done).ToDictionary(s => s.Key);
        StudentStatus[] all = [.. students.Select(s => done.GetValueOrDefault(s.Key) ?? s)];
        Change(s => s with { State = RunState.Running, Activity = "", Students = all });
        await state.WriteStateAsync();
        RunThreads.Announce(Threads);
        foreach (StudentStatus student in all.Where(s => !s.Done))
        {
            _active.Add(student.Key);
            await Trainer(student.Key).StartAsync(state.State.Recipe, student, state.State.Attempt);
        }

        await FinishWhenIdleAsync();
    }

    public async Task ReportAsync(StudentStatus student)
    {
        Change(s => s with { Students = [.. s.Students.Select(old => old.Key == student.Key ? student : old)] });
        if (student.Done && _active.Remove(student.Key))
        {
            await TryKeepAsync();
            await FinishWhenIdleAsync();
        }
    }

    public async Task StoppedAsync(string key, ErrorRecord[] errors)
    {
        _active.Remove(key);
        _errors.AddRange(errors);
        if (errors.Length > 0)
        {
            // One student's failure ends the run; the others stop at their next step and keep their checkpoints.
            foreach (string other in _active)
            {
                await Trainer(other).CancelAsync();
            }
        }

        await FinishWhenIdleAsync();
    }

    public async Task EndedAsync(RunState outcome, ErrorRecord[] errors)
    {
        foreach (string key in _active)
        {
            await Trainer(key).CancelAsync();
        }

        (_cancelling, _errors) = (false, []);
        _active.Clear();
        Change(s => s with { State = outcome, Ended = time.GetUtcNow(), Errors = [.. errors.Distinct()], Activity = "" });
        if (await TryKeepAsync() is { } unkept && outcome == RunState.Succeeded)
        {
            // A silo that starts anew would not know of the end: it is made again, from what is there, when the run is resumed.
            outcome = RunState.Failed;
            Change(s => s with { State = outcome, Errors = [unkept] });
        }

        _begun = false;
        RunMetrics.Ended(outcome);
        director.Release(Id);
        if (outcome != RunState.Interrupted || !options.Clustered)
        {
            try
            {
                await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.ActiveRuns).RemoveAsync(Id);
            }
            catch (Exception e) when (Patience.Coded(e) is not null)
            {
                // Still listed as active: whoever looks finds it over.
            }
        }
    }

    public async Task<bool> EnsureAsync()
    {
        if (state.State.Status is not { Over: false })
        {
            return false;
        }

        if (drain.Draining)
        {
            // Activated anew where there is room; the students of this silo keep their checkpoints as they stop.
            DeactivateOnIdle();
        }
        else if (!_begun)
        {
            await BeginAsync();
        }

        return true;
    }

    public async Task OrphanedAsync()
    {
        if (state.State.Status is { Over: false } && _active.Count == 0)
        {
            await EndedAsync(RunState.Interrupted, []);
        }
    }

    private IStudentTrainerGrain Trainer(string key) => GrainFactory.GetGrain<IStudentTrainerGrain>($"{Id}/{key}");

    private bool ComputesAlike() => Threads == options.TorchThreads;

    private bool OthersComputeAlike() => board.Silos.Any(s => s.Roles.Contains(SiloRoleNames.Trainer) && s.Threads != 0 && SiloRoom.Fits(s, 0, "", Threads));

    private async Task BeginAsync()
    {
        if (!ComputesAlike())
        {
            await LeaveToOthersAsync();
            return;
        }

        _active.Clear();
        state.State.Threads = Threads;
        state.State.Attempt++;
        await state.WriteStateAsync();
        (_cancelling, _begun) = (false, true);
        director.Prepare(Id, state.State.Recipe);
    }

    /// <summary>Writes the state where it can be: a disk without room is no reason not to go on with what is in memory.</summary>
    /// <returns>Why it could not; null: it was written.</returns>
    private async Task<ErrorRecord?> TryKeepAsync()
    {
        try
        {
            await state.WriteStateAsync();
            return null;
        }
        catch (Exception e) when (Patience.Coded(e) is { } coded)
        {
            return ErrorRecord.From(coded.Errors[0]);
        }
    }

    private async Task FinishWhenIdleAsync()
    {
        if (_active.Count > 0 || Status.State != RunState.Running)
        {
            return;
        }

        if (_errors.Count > 0)
        {
            await EndedAsync(RunState.Failed, [.. _errors]);
        }
        else if (_cancelling)
        {
            await EndedAsync(RunState.Cancelled, []);
        }
        else if (!Array.TrueForAll(Status.Students, s => s.Done))
        {
            // Its trainers stopped without being asked to by this run: the silo is going down. In a cluster another one takes over.
            await (options.Clustered ? LeaveAsync() : EndedAsync(RunState.Interrupted, []));
        }
        else
        {
            Change(s => s with { Activity = "writing the report" });
            director.WriteReport(state.State.Recipe, Status);
        }
    }

    private async Task LeaveAsync()
    {
        await state.WriteStateAsync();
        _begun = false;
        director.Release(Id);
        DeactivateOnIdle();
    }

    /// <summary>A student's bytes depend on the number of threads: a silo that computes with another number does not go on with the run, and says so.</summary>
    private async Task LeaveToOthersAsync()
    {
        if (OthersComputeAlike())
        {
            await state.WriteStateAsync();
            RunThreads.Announce(Threads);
            this.MigrateOnIdle();
            return;
        }

        string waits = $"KD1505: waits for a silo with torch-threads {Threads}; this one has {options.TorchThreads}";
        if (Status.Activity != waits)
        {
            log.RunWaits(Id, waits);
            Change(s => s with { State = RunState.Pending, Activity = waits });
        }
    }

    private void Change(Func<RunStatus, RunStatus> change)
    {
        state.State.Status = change(Status) with { Version = Status.Version + 1 };
        TaskCompletionSource before = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.SetResult();
    }
}
