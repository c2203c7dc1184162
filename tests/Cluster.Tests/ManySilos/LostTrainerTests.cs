using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>The students of one run on several silos of a real cluster: where they train, and who begins again when a silo dies.</summary>
public sealed class LostTrainerTests
{
    private static readonly string[] s_trainers = ["one", "two", "three"];

    [ManySilosFact]
    public async Task Only_the_students_of_a_dead_silo_begin_again_whether_it_has_the_run_or_not()
    {
        await using SiloProcesses cluster = await StartAsync(s_trainers);
        string recipe = Recipe(cluster, 6, epochs: 150);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(300));
        Dictionary<string, byte[]> undisturbed = Weights(await (await cluster.Client.StartAsync(recipe, cancellationToken: patience.Token)).ResultAsync(patience.Token));

        foreach ((string death, Func<Run, string, bool> dies) in new (string, Func<Run, string, bool>)[]
        {
            ("a silo that only trains", (run, silo) => silo == OnlyTrains(run)),
            ("the silo that has the run", (run, silo) => silo == run.Silo),
            ("both", (run, silo) => silo == run.Silo || silo == OnlyTrains(run)),
        })
        {
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(300));
            RunHandle handle = await cluster.Client.StartAsync(recipe, cancellationToken: deadline.Token);
            Run before = await UntilAsync(handle, run => Training(run).Any(s => s.Silo == run.Silo) && Training(run).Any(s => s.Silo != run.Silo), deadline.Token);
            string[] dead = [.. Training(before).Select(s => s.Silo).Distinct().Where(silo => dies(before, silo))];
            await Task.WhenAll(dead.Select(silo => cluster[cluster.NameOf(silo)].SignalAsync("KILL")));
            Run ended = await handle.ResultAsync(deadline.Token);

            Assert.True(ended.State == RunState.Succeeded, $"{death}: {ended.State}");
            Assert.Equal(undisturbed, Weights(ended));
            Dictionary<string, long> attempts = ended.Students.ToDictionary(Key, s => s.Attempt);
            foreach (Student student in Training(before))
            {
                Assert.True(
                    dead.Contains(student.Silo) ? attempts[Key(student)] > student.Attempt : attempts[Key(student)] == student.Attempt,
                    $"{death}: student {Key(student)}, on {(dead.Contains(student.Silo) ? "a dead" : "a living")} silo in attempt {student.Attempt}, ended in attempt {attempts[Key(student)]}");
            }

            await Task.WhenAll(dead.Select(silo => cluster.AddAsync(cluster.NameOf(silo), "trainer")));
        }
    }

    [ManySilosFact]
    public async Task A_silo_that_joins_later_gets_students_that_wait_and_one_that_stops_gives_its_own_away()
    {
        await using SiloProcesses cluster = await StartAsync("one");
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(300));
        RunHandle handle = await cluster.Client.StartAsync(Recipe(cluster, 4, epochs: 300), cancellationToken: deadline.Token);
        Run alone = await UntilAsync(handle, run => Training(run).Length == 1, deadline.Token);
        Assert.Equal(3, alone.Students.Count(s => s.Stage == "waiting"));

        await cluster.AddAsync("two", "trainer");
        Run both = await UntilAsync(handle, run => Training(run).Select(s => s.Silo).Distinct().Count() == 2, deadline.Token);
        string first = cluster.NameOf(both.Silo);
        Assert.Equal("one", first);
        Student moving = Training(both).First(s => s.Silo == both.Silo);
        await cluster["one"].SignalAsync("TERM");
        Run ended = await handle.ResultAsync(deadline.Token);

        Assert.Equal(RunState.Succeeded, ended.State);
        Assert.Equal("two", cluster.NameOf(ended.Silo));
        Student moved = ended.Students.Single(s => Key(s) == Key(moving));
        Assert.True(moved.Attempt > moving.Attempt && moved.Silo == ended.Silo);
    }

    private static Task<SiloProcesses> StartAsync(params string[] trainers) => SiloProcesses.StartAsync([("gateway", "gateway"), .. trainers.Select(t => (t, "trainer"))]);

    private static string Recipe(SiloProcesses cluster, int students, int epochs) => TinyTask.Recipe(cluster.Data, "spread", change: r =>
    {
        r["training"]!["epochs"] = epochs;
        r["training"]!["checkpointEvery"] = 50;
        r["training"]!["seeds"] = new JsonArray([.. Enumerable.Range(1, students).Select(seed => (JsonNode)seed)]);
    });

    private static Student[] Training(Run run) => [.. run.Students.Where(s => s.Stage == "train" && s.Step > 0)];

    private static string OnlyTrains(Run run) => Training(run).First(s => s.Silo != run.Silo).Silo;

    private static string Key(Student student) => $"{student.Variant}/{student.Seed}";

    private static async Task<Run> UntilAsync(RunHandle handle, Func<Run, bool> holds, CancellationToken cancellationToken)
    {
        await foreach (Run run in handle.WatchAsync(cancellationToken))
        {
            if (holds(run))
            {
                return run;
            }
        }

        throw new InvalidOperationException("the run ended too early");
    }

    private static Dictionary<string, byte[]> Weights(Run run) => run.Students.ToDictionary(Key, s => File.ReadAllBytes(Path.Combine(s.Checkpoint, "model.safetensors")));
}
