using System.Globalization;
using KdCluster.Cli.Clusters;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Recipes;

namespace KdCluster.Chaos;

/// <summary><c>kd chaos</c>.</summary>
internal static class ChaosCommand
{
    private static readonly Option Runs = new("runs", "N", "Runs to disturb. Default: one per kind of disturbance");
    private static readonly Option Seed = new("seed", "S", "Decides what is disturbed, and when. Default: 1");
    private static readonly Option Only = new("only", "NAME", "This kind of disturbance instead of all. May be repeated") { Choices = [.. ChaosActs.All.Select(a => a.Name)], Repeats = true };
    private static readonly Option Loop = new("loop", "KIND", "What a step of the runs does. Default: supervised") { Choices = [.. RecipeCatalog.Of("loops").Select(l => l.Name)] };
    private const int LongestProbe = 3;

    private static readonly Option TimeoutFactor = new("timeout-factor", "N", "Let runs pause N times as long as the limit, on a machine with other work, and probe silos up to 3 times as slowly. Default: 1", "--patience");
    private static readonly Option Keep = new("keep", "FOLDER", "Keep all files of the cluster, also its logs, in this new folder");
    private static readonly Option Kd = new("kd", "FILE", "The kd or kd.dll whose silos are disturbed. Default: the one beside this program");

    public static readonly Command Definition = new()
    {
        Path = "chaos",
        Summary = "Start a cluster of processes on this machine, kill, freeze, stop and disconnect them during runs, and check that every run ends as if nothing had happened.",
        Options = [Runs, Seed, Only, Loop, TimeoutFactor, Keep, Kd],
        Remarks = "A run of six students must end with the bytes, the results and the metrics of the undisturbed run. Students on silos that were not disturbed must not start again. No run may pause longer than docs/reliability.md says."
            + "\nNeeds redis-server. Exit code 1 when a check failed.",
        Example = "kd chaos --runs 100 --seed 7",
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        if (PrivateRedis.Executable is null)
            throw new KdException("KD1709", "redis-server is not installed.", "kd chaos", "Install it: the silos of the cluster need a Redis.");
        var kd = KdProgram.Find(invocation.Value(Kd) is { } file ? invocation.Context.At(file) : null, Environment.ProcessPath!, AppContext.BaseDirectory);
        int seed = invocation.Number(Seed, 0) ?? 1, patience = invocation.Number(TimeoutFactor, 1) ?? 1;
        string folder = invocation.Value(Keep) is { } keep ? invocation.Context.At(keep) : Directory.CreateTempSubdirectory("kd-chaos-").FullName;
        List<ChaosOutcome> outcomes = [];
        List<string> leaks = [];
        var noted = new ChaosLeaks();
        try
        {
            invocation.Terminal.Note("starting a cluster of two gateways, two teacher silos, three trainer silos and Redis ...");
            await using ChaosCluster cluster = await ChaosCluster.StartAsync(kd, folder, Math.Min(patience, LongestProbe), stop).ConfigureAwait(false);
            var runner = new ChaosRunner(cluster, seed, patience, invocation.Value(Loop) ?? LoopSpec.Supervised, invocation.Context.Time);
            await runner.PrepareAsync(stop).ConfigureAwait(false);
            int number = 0;
            foreach (ChaosAct act in Choose(invocation, seed))
            {
                ChaosOutcome outcome = await runner.RunAsync(++number, act, stop).ConfigureAwait(false);
                await cluster.HealAsync(stop).ConfigureAwait(false);
                if (await cluster.StaffedAsync(stop).ConfigureAwait(false) is { } wanting)
                    outcome = outcome with { Faults = [.. outcome.Faults, wanting] };
                outcomes.Add(outcome);
                invocation.Terminal.Note(Line(outcome));
                await noted.NoteAsync(cluster, stop).ConfigureAwait(false);
            }

            leaks.AddRange(noted.Faults(cluster.Shared));
        }
        finally
        {
            if (!invocation.Has(Keep))
                Directory.Delete(folder, recursive: true);
        }

        ChaosTable.Write(invocation.Terminal, outcomes, leaks, noted.Worst, seed);
        return leaks.Count == 0 && outcomes.All(o => o.Faults.Count == 0) ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>Every kind as often as every other, in a shuffled order.</summary>
    private static IEnumerable<ChaosAct> Choose(Invocation invocation, int seed)
    {
        ChaosAct[] acts = [.. ChaosActs.All.Where(a => !invocation.Has(Only) || invocation.Values(Only).Contains(a.Name))];
        int runs = invocation.Number(Runs, 1) ?? acts.Length;
        var random = new Random(seed);
        ChaosAct[] round = [.. acts];
        for (int i = 0; i < runs; i++)
        {
            if (i % round.Length == 0)
                random.Shuffle(round);
            yield return round[i % round.Length];
        }
    }

    private static string Line(ChaosOutcome o) => string.Create(CultureInfo.InvariantCulture,
        $"{o.Number,4}  {o.Act.Name,-27} at step {o.At,5}, store {o.Store,-4}  paused {o.Pause,5:0.0} s ({o.Stall:0.0} s for soft targets) until {o.Until:HH:mm:ss.fff}, ended in {o.Seconds,5:0.0} s  {(o.Faults.Count == 0 ? "ok" : string.Join("; ", o.Faults))}");
}
