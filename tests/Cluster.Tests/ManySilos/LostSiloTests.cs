using System.Text.Json.Nodes;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>Silos that are killed, frozen or stopped under a run: it ends, with the bytes of the run that nothing happened to.</summary>
public sealed class LostSiloTests
{
    [ManySilosFact]
    public async Task A_run_ends_with_the_same_bytes_when_its_trainer_silo_is_killed_frozen_or_stopped()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "gateway"), ("teacher", "teacher"), ("one", "trainer"), ("two", "trainer"));
        await cluster.TeacherAsync("bag");
        byte[] undisturbed = Weights(await cluster.RunAsync(Recipe(cluster)));

        Run killed = await cluster.RunAsync(Recipe(cluster), 40, () => OnTrainerAsync(cluster, "KILL"));
        Assert.Equal(undisturbed, Weights(killed));

        Run stopped = await cluster.RunAsync(Recipe(cluster), 40, () => OnTrainerAsync(cluster, "TERM"));
        Assert.Equal(undisturbed, Weights(stopped));

        Run frozen = await cluster.RunAsync(Recipe(cluster), 40, () => OnTrainerAsync(cluster, "STOP"));
        Assert.Equal(undisturbed, Weights(frozen));
    }

    [ManySilosFact]
    public async Task A_silo_of_another_cluster_is_refused()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "all"));
        await using KdProcess stranger = cluster.Begin("stranger", "all", "other");
        Assert.NotEqual(0, await stranger.EndAsync());
        Assert.Contains("KD1609", stranger.Written, StringComparison.Ordinal);
    }

    /// <summary>Sends a signal to the silo that trains now, and has another one in its place.</summary>
    private static async Task OnTrainerAsync(SiloProcesses cluster, string signal)
    {
        string address = (await cluster.SiloAsync(s => s.Students > 0)).Address;
        string name = new[] { "one", "two" }.Single(n => cluster[n].Written.Contains(address, StringComparison.Ordinal));
        KdProcess silo = cluster[name];
        await silo.SignalAsync(signal);
        if (signal == "STOP")
        {
            return;
        }

        await silo.EndAsync();
        await silo.DisposeAsync();
        await cluster.AddAsync(name, "trainer");
    }

    private static string Recipe(SiloProcesses cluster, string teacher = "bag", string store = "silo") => TinyTask.Recipe(cluster.Data, "tiny", teachers: [teacher], change: r =>
    {
        r["store"] = store;
        r["training"]!["epochs"] = 300;
        r["weighting"] = new JsonObject { ["kind"] = "uniform" };
    });

    private static byte[] Weights(Run run)
    {
        Assert.Equal(RunState.Succeeded, run.State);
        return File.ReadAllBytes(Path.Combine(run.Students[0].Checkpoint, "model.safetensors"));
    }
}
