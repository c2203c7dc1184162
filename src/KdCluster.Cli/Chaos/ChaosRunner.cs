using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cli.Chaos;

/// <summary>Starts runs, does something to the cluster at a random step of each, and compares how they end with the run that nothing was done to.</summary>
internal sealed class ChaosRunner(ChaosCluster cluster, int seed, int patience, TimeProvider time)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(4);
    private readonly Random _random = new(seed);
    private Run? _undisturbed;
    private byte[] _bytes = [];

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

        RunHandle run = await cluster.Client.StartAsync(ChaosTask.Run(cluster.Data, "none"), cancellationToken: stop).ConfigureAwait(false);
        _undisturbed = await run.ResultAsync(stop).ConfigureAwait(false);
        _bytes = Weights(_undisturbed);
    }

    /// <summary>One run with one thing done to it.</summary>
    public async Task<ChaosOutcome> RunAsync(int number, ChaosAct act, CancellationToken stop)
    {
        string store = _random.Next(2) == 0 || act.Asking ? "none" : "silo";
        long steps = _undisturbed!.Students[0].Steps / (act.Asking ? ChaosTask.Epochs : 1), at = _random.NextInt64(1, Math.Max(2, steps * 3 / 4));
        long began = time.GetTimestamp();
        List<string> faults = [];
        var follower = new ChaosFollower(time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(s_longest);
        Run? ended = null;
        try
        {
            RunHandle handle = await cluster.Client.StartAsync(ChaosTask.Run(cluster.Data, store), cancellationToken: deadline.Token).ConfigureAwait(false);
            Task<Run?> following = follower.FollowAsync(handle, deadline.Token);
            await follower.ReachAsync(at, deadline.Token).ConfigureAwait(false);
            follower.Disturbed();
            await act.DoAsync(cluster, handle.Id, deadline.Token).ConfigureAwait(false);
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
        if (act.Limit is { } limit && follower.Pause > patience * limit)
            faults.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"it stood still for {follower.Pause:0.0} s, {patience * limit:0} s is the most"));
        return new ChaosOutcome(number, act, at, store, follower.Pause, follower.Stall, follower.Until, time.GetElapsedTime(began).TotalSeconds, faults);
    }

    private static byte[] Weights(Run run) => File.ReadAllBytes(Path.Combine(run.Students[0].Checkpoint, "model.safetensors"));

    private IEnumerable<string> Compare(Run? ended)
    {
        if (ended is null)
            yield break;
        if (ended.State != RunState.Succeeded)
        {
            yield return $"it ended as {ended.State}: {string.Join("; ", ended.Errors.Select(e => $"{e.Code} {e.What}"))}";
            yield break;
        }

        Student student = ended.Students[0], wanted = _undisturbed!.Students[0];
        if (!Weights(ended).AsSpan().SequenceEqual(_bytes))
            yield return "its student has other bytes than the undisturbed one";
        if (student.Step != wanted.Step || student.Steps != wanted.Steps)
            yield return $"it counts {student.Step} of {student.Steps} steps, not {wanted.Step} of {wanted.Steps}";
        if (student.TestAccuracy != wanted.TestAccuracy || !student.Weights.SequenceEqual(wanted.Weights))
            yield return "its figures are not those of the undisturbed run";
        string metrics = Path.Combine(ended.Folder, "students", $"{student.Variant}-{student.Seed}", "metrics.jsonl");
        string undisturbed = Path.Combine(_undisturbed.Folder, "students", $"{wanted.Variant}-{wanted.Seed}", "metrics.jsonl");
        if (!File.ReadAllBytes(metrics).AsSpan().SequenceEqual(File.ReadAllBytes(undisturbed)))
            yield return "its metrics are not those of the undisturbed run, line by line";
    }
}
