using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Chaos;

/// <summary>Starts runs, does something to the cluster at a random step of each, and compares how they end with the run that nothing was done to.</summary>
/// <param name="cluster">What is disturbed.</param>
/// <param name="seed">Decides at which step.</param>
/// <param name="timeoutFactor">Runs may stand still this many times as long as they should.</param>
/// <param name="loop">What a step of the runs does.</param>
/// <param name="time">The clock.</param>
internal sealed class ChaosRunner(ChaosCluster cluster, int seed, int timeoutFactor, string loop, TimeProvider time)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(4);
    private readonly Random _random = new(seed);
    private Run? _undisturbed;
    private Dictionary<string, byte[]> _bytes = [];

    /// <summary>Trains and deploys the teachers, then makes the run that all others are compared with.</summary>
    public async Task PrepareAsync(CancellationToken stop)
    {
        foreach ((string name, string kind) in new[] { (ChaosTask.FirstTeacher, "bag-of-embeddings"), (ChaosTask.SecondTeacher, "text-cnn") })
        {
            RunHandle training = await cluster.Client.StartAsync(ChaosTask.Teacher(cluster.Data, name, kind), cancellationToken: stop).ConfigureAwait(false);
            Run trained = await training.ResultAsync(stop).ConfigureAwait(false);
            await cluster.Client.CallAsync(async () => await cluster.Client.Teachers.DeployAsync(
                new DeployTeacherRequest { Name = name, Checkpoint = trained.Students[0].Checkpoint, Element = ElementType.Float32 }, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
            // A replica on each teacher silo, as whoever counts on a teacher would have it.
            await cluster.Client.CallAsync(async () => await cluster.Client.Teachers.ScaleAsync(
                new ScaleTeacherRequest { Name = name, Replicas = 2 }, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        }

        RunHandle run = await cluster.Client.StartAsync(ChaosTask.Run(cluster.Data, "none", loop), cancellationToken: stop).ConfigureAwait(false);
        _undisturbed = await run.ResultAsync(stop).ConfigureAwait(false);
        _bytes = Weights(_undisturbed);
    }

    /// <summary>One run with one thing done to it.</summary>
    public async Task<ChaosOutcome> RunAsync(int number, ChaosAct act, CancellationToken stop)
    {
        string store = _random.Next(2) == 0 || act.Asking ? "none" : "silo";
        // Of all students together; teachers are asked in the first epoch.
        long steps = _undisturbed!.Students.Sum(s => s.Steps) / (act.Asking ? ChaosTask.Epochs : 1), at = _random.NextInt64(1, Math.Max(2, steps * 3 / 4));
        long began = time.GetTimestamp();
        List<string> faults = [];
        var follower = new ChaosFollower(time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(s_longest);
        Run? ended = null, before = null;
        IReadOnlyList<string> struck = [];
        try
        {
            RunHandle handle = await cluster.Client.StartAsync(ChaosTask.Run(cluster.Data, store, loop), cancellationToken: deadline.Token).ConfigureAwait(false);
            Task<Run?> following = follower.FollowAsync(handle, deadline.Token);
            await follower.ReachAsync(at, deadline.Token).ConfigureAwait(false);
            before = follower.Disturbed();
            struck = await act.DoAsync(cluster, before, deadline.Token).ConfigureAwait(false);
            ended = await following.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            faults.Add($"it did not end within {s_longest.TotalMinutes} minutes");
        }
        catch (Exception e) when (e is KdException or InvalidOperationException)
        {
            faults.Add(e.Message);
        }

        faults.AddRange(Compare(ended));
        if (ended is not null)
            faults.AddRange(Begun(before!, ended, struck));
        if (act.Limit is { } limit && follower.Pause > timeoutFactor * limit)
            faults.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"it paused for {follower.Pause:0.0} s, the limit is {timeoutFactor * limit:0} s"));
        return new ChaosOutcome(number, act, at, store, follower.Pause, follower.Stall, follower.Until, time.GetElapsedTime(began).TotalSeconds, faults);
    }

    private static string Key(Student student) => $"{student.Variant}/{student.Seed}";

    private static Dictionary<string, byte[]> Weights(Run run) => run.Students.ToDictionary(Key, s => File.ReadAllBytes(Path.Combine(s.Checkpoint, "model.safetensors")));

    private static byte[] Metrics(Run run, Student student) => File.ReadAllBytes(Path.Combine(run.Folder, "students", $"{student.Variant}-{student.Seed}", "metrics.jsonl"));

    private IEnumerable<string> Compare(Run? ended)
    {
        if (ended is null)
            yield break;
        if (ended.State != RunState.Succeeded)
        {
            yield return $"it ended as {ended.State}: {string.Join("; ", ended.Errors.Select(e => $"{e.Code} {e.What}"))}";
            yield break;
        }

        Dictionary<string, byte[]> bytes = Weights(ended);
        foreach (Student wanted in _undisturbed!.Students)
        {
            Student student = ended.Students.Single(s => Key(s) == Key(wanted));
            if (!bytes[Key(wanted)].AsSpan().SequenceEqual(_bytes[Key(wanted)]))
                yield return $"student {Key(wanted)} has other bytes than the undisturbed one";
            if (student.Step != wanted.Step || student.Steps != wanted.Steps)
                yield return $"student {Key(wanted)} counts {student.Step} of {student.Steps} steps, not {wanted.Step} of {wanted.Steps}";
            if (student.TestAccuracy != wanted.TestAccuracy || !student.Weights.SequenceEqual(wanted.Weights))
                yield return $"the figures of student {Key(wanted)} are not those of the undisturbed run";
            if (!Metrics(ended, student).AsSpan().SequenceEqual(Metrics(_undisturbed, wanted)))
                yield return $"the metrics of student {Key(wanted)} are not those of the undisturbed run, line by line";
        }
    }

    /// <summary>Students that trained on silos that nothing was done to must not have begun again.</summary>
    private IEnumerable<string> Begun(Run before, Run ended, IReadOnlyList<string> struck)
    {
        foreach (Student student in before.Students.Where(ChaosFollower.Trains))
        {
            Student after = ended.Students.Single(s => Key(s) == Key(student));
            if (after.Attempt != student.Attempt && !struck.Contains(cluster.NameOf(student.Silo)))
                yield return $"student {Key(student)} began again on {cluster.NameOf(after.Silo)} (attempt {after.Attempt}, before {student.Attempt}), though nothing was done to {cluster.NameOf(student.Silo)}";
        }
    }
}
