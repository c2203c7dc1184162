using KdCluster.Recipes;
using KdCluster.Runs;
using Orleans.Runtime;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// Where a run's students train. Each is given to the silo with most free places: the place is written down first, then the silo is asked, and asked again until it has
/// answered or is gone. So a grain that is activated on another silo knows of every student, and begins again only those whose silo is gone (ADR 10).
/// </summary>
internal sealed partial class RunGrain
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250), s_askAgain = TimeSpan.FromSeconds(2), s_full = TimeSpan.FromSeconds(2);

    // Of this activation: students whose silo has said that it trains them, when a silo was last asked about one, and when a silo last had no place.
    private readonly HashSet<string> _confirmed = [];
    private readonly Dictionary<string, long> _asked = [], _full = [];
    private IGrainTimer? _looking;
    private string _device = "cpu";
    private bool _stopped;

    public async Task<bool> ReportAsync(StudentStatus student)
    {
        if (Kept.Status is not { Over: false } || Find(student.Key) is not { } known || known.Attempt > student.Attempt)
        {
            return false;
        }

        if (!Kept.Places.ContainsKey(student.Key) || known.Attempt != student.Attempt)
        {
            // Of an attempt that this activation has not heard of, it has not read the last state; of one that has ended, nobody needs it.
            return known.Attempt < student.Attempt;
        }

        _confirmed.Add(student.Key);
        Change(s => s with { Students = [.. s.Students.Select(old => old.Key == student.Key ? student : old)] });
        if (student.Done)
        {
            await FreeAsync(student.Key);
            await LookAsync();
        }

        return true;
    }

    public async Task StoppedAsync(string key, long attempt, KdError[] errors)
    {
        if (!Kept.Places.ContainsKey(key) || Find(key)?.Attempt != attempt)
        {
            return;
        }

        // Nobody else continues with what a lone silo leaves.
        _stopped = !options.Clustered && !Kept.Cancelling && Kept.Errors.Count == 0 && errors.Length == 0;
        Kept.Errors.AddRange(errors);
        await FreeAsync(key);
        if (errors.Length > 0)
        {
            // One student's failure ends the run; the others stop at their next step and keep their checkpoints.
            StopStudents();
        }

        await LookAsync();
    }

    public async Task OfferedAsync(string key, long attempt, bool? taken)
    {
        _asked.Remove(key);
        if (!Kept.Places.TryGetValue(key, out string? silo) || Find(key)!.Attempt != attempt)
        {
            // Meanwhile it was stopped, or given to another silo; the trainer hears so at its first report.
            return;
        }

        if (taken is true)
        {
            _confirmed.Add(key);
        }
        else if (taken is false)
        {
            // The board was late: another run was quicker.
            _full[silo] = time.GetTimestamp();
            await FreeAsync(key);
        }
    }

    private StudentStatus? Find(string key) => Array.Find(Status.Students, s => s.Key == key);

    /// <summary>Looks after the students from now on.</summary>
    private Task TakeUpAsync()
    {
        (_begun, _stopped) = (true, false);
        Change(s => s with { Silo = self.Address });
        _device = RecipeReader.Read(Kept.Recipe, Id).Training.Device;
        _looking ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(s_look, s_look) { KeepAlive = true });
        return LookAsync();
    }

    /// <summary>Looks after students no more.</summary>
    private void Rest()
    {
        _looking?.Dispose();
        _looking = null;
        director.Leave(Id);
    }

    /// <summary>Puts right what is not as it should be: silos that are gone, students that wait, silos that have not answered.</summary>
    private async Task LookAsync()
    {
        if (!_begun || Status.State != RunState.Running)
        {
            return;
        }

        foreach ((string key, string silo) in Kept.Places.Where(p => !silos.Alive(p.Value)).ToArray())
        {
            log.StudentLost(Id, key, silo);
            await FreeAsync(key);
        }

        if (Kept.Cancelling || Kept.Errors.Count > 0)
        {
            StopStudents();
        }
        else if (!_stopped)
        {
            await PlaceAsync();
            foreach ((string key, string silo) in Kept.Places.Where(p => !_confirmed.Contains(p.Key) && MayAsk(p.Key)).ToArray())
            {
                director.Offer(new StudentOrder(Id, Kept.Recipe, Find(key)!), silo);
            }
        }

        await FinishWhenIdleAsync();
    }

    private async Task PlaceAsync()
    {
        string[] waiting = [.. Status.Students.Where(s => !s.Done && !Kept.Places.ContainsKey(s.Key)).Select(s => s.Key)];
        IReadOnlyList<TrainerRoom> rooms = waiting.Length == 0 ? [] : silos.Rooms(_device, Threads);
        Dictionary<string, TrainerRoom> placed = StudentSpread.Over(waiting, rooms.Where(MayHavePlace)).ToDictionary(p => p.Student, p => p.Room);
        director.Wait(Id, waiting.Length - placed.Count);
        Say(waiting.Length == 0 || rooms.Count > 0 ? ""
            : silos.Threads.Contains(Threads) ? "waits for a trainer silo that is not being emptied"
            : $"KD1505: waits for a silo with torch-threads {Threads}; there {(silos.Threads.Count == 0 ? "is none" : $"are those with {string.Join(", ", silos.Threads)}")}");
        if (placed.Count == 0)
        {
            return;
        }

        Change(s => s with { Students = [.. s.Students.Select(student => placed.TryGetValue(student.Key, out TrainerRoom? room) ? Begin(student, room) : student)] });
        if (await TryKeepAsync() is { } unkept)
        {
            // A place that is not written down is not taken.
            foreach (string key in placed.Keys)
            {
                Kept.Places.Remove(key);
            }

            Kept.Errors.Add(unkept);
        }
    }

    /// <summary>Why nothing continues, for people.</summary>
    private void Say(string why)
    {
        if (Status.Activity == why)
        {
            return;
        }

        if (why.Length > 0)
        {
            log.RunWaits(Id, why);
        }

        Change(s => s with { Activity = why });
    }

    private bool MayHavePlace(TrainerRoom room) => !_full.TryGetValue(room.Silo, out long since) || time.GetElapsedTime(since) > s_full;

    private StudentStatus Begin(StudentStatus student, TrainerRoom room)
    {
        Kept.Places[student.Key] = room.Silo;
        StudentStatus begun = student with { Silo = room.Endpoint, Attempt = Math.Max(student.Attempt, Kept.Attempt) + 1 };
        log.StudentPlaced(Id, student.Key, room.Silo, begun.Attempt);
        return begun;
    }

    /// <summary>Whether no question about a student is under way; an answer that does not come is waited for a while.</summary>
    private bool MayAsk(string key)
    {
        if (_asked.TryGetValue(key, out long since) && time.GetElapsedTime(since) < s_askAgain)
        {
            return false;
        }

        _asked[key] = time.GetTimestamp();
        return true;
    }

    private void StopStudents()
    {
        foreach ((string key, string silo) in Kept.Places.Where(p => MayAsk(p.Key)))
        {
            director.Cancel(new StudentKey(Id, key), Find(key)!.Attempt, silo);
        }
    }

    private async Task FreeAsync(string key)
    {
        Kept.Places.Remove(key);
        _confirmed.Remove(key);
        _asked.Remove(key);
        Change(s => s with { Students = [.. s.Students.Select(student => student.Key == key && !student.Done ? student with { Stage = "waiting" } : student)] });
        await TryKeepAsync();
    }
}
