using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>Replicas on the silos of a real cluster: added, lost, moved.</summary>
public sealed class TeacherReplicaTests
{
    [ManySilosFact]
    public async Task Replicas_are_placed_one_per_silo_survive_a_kill_and_leave_a_silo_that_is_emptied()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "trainer,gateway"), ("one", "teacher"), ("two", "teacher"));
        await cluster.TeacherAsync("bag");
        byte[] undisturbed = Weights(await cluster.RunAsync(Recipe(cluster)));

        await cluster.Client.Teachers.ScaleAsync(new ScaleTeacherRequest { Name = "bag", Replicas = 3 });
        TeacherOverview two = await cluster.TeacherAsync("bag", t => t.Places.Count == 2 && t.Trouble.Count > 0);
        Assert.Equal("KD1322", two.Trouble[0].Code);
        Assert.Equal(2, two.Places.Select(p => p.Address).Distinct().Count());
        await cluster.Client.Teachers.ScaleAsync(new ScaleTeacherRequest { Name = "bag", Replicas = 2 });

        Run killed = await cluster.RunAsync(Recipe(cluster), 20, () => cluster["two"].SignalAsync("KILL"));
        Assert.Equal(undisturbed, Weights(killed));
        await cluster.TeacherAsync("bag", t => t.Places.Count == 1);

        // Another shape of batch gives other last digits: refused, and the next silo is asked.
        await cluster.AddAsync("other", "teacher", [("KD_TEACHER_ROWS", "1")]);
        TeacherOverview refused = await cluster.TeacherAsync("bag", t => t.Trouble.Any(e => e.Code == "KD1325"));
        Assert.Single(refused.Places);
        await cluster.AddAsync("three", "teacher");
        TeacherOverview again = await cluster.TeacherAsync("bag", t => t.Places.Count == 2 && t.Trouble.Count == 0);
        Assert.DoesNotContain("other", again.Places.Select(p => cluster.NameOf(p.Address)));
        string one = again.Places.Select(p => p.Address).Single(a => cluster["one"].Written.Contains(a, StringComparison.Ordinal));
        await cluster.Client.Teachers.ScaleAsync(new ScaleTeacherRequest { Name = "bag", Replicas = 1 });
        await cluster.TeacherAsync("bag", t => t.Places.Count == 1);
        string holder = (await cluster.TeacherAsync("bag", t => t.Places.Count == 1)).Places[0].Address;

        string said = await KdProcess.RunAsync(Path.Combine(cluster.Data, "nowhere"), "silo", "drain", "--silo", holder, "--timeout", "60");
        Assert.Contains("can be stopped", said, StringComparison.Ordinal);
        TeacherOverview moved = await cluster.TeacherAsync("bag", t => t.Places.Count == 1 && t.Places[0].Address != holder);
        Assert.Contains(moved.Places[0].Address, (string[])[one, .. again.Places.Select(p => p.Address)]);
    }

    private static string Recipe(SiloProcesses cluster) => TinyTask.Recipe(cluster.Data, "tiny", teachers: ["bag"], change: r =>
    {
        r["store"] = "none";
        r["training"]!["epochs"] = 100;
    });

    private static byte[] Weights(Run run) => File.ReadAllBytes(Path.Combine(run.Students[0].Checkpoint, "model.safetensors"));
}
