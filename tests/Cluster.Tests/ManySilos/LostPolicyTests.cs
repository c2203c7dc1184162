using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>The silo that holds a student's policy dies, or freezes: another one goes on, and student and policy end as if nothing had happened.</summary>
public sealed class LostPolicyTests
{
    [ManySilosFact]
    public async Task Killed_or_frozen_with_its_silo_it_ends_with_the_bytes_of_an_undisturbed_run()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "gateway,teacher"), ("one", "trainer"), ("two", "trainer"));
        await cluster.TeacherAsync("first");
        await cluster.TeacherAsync("second", r => r["training"]!["seeds"] = new JsonArray(2));
        string recipe = TinyTask.Recipe(cluster.Data, "weighed", teachers: ["first", "second"], change: r =>
        {
            r["weighting"] = new JsonObject { ["kind"] = "reinforced", ["studentWarmup"] = 5, ["policyWarmup"] = 5, ["episode"] = 4 };
            r["training"]!["epochs"] = 150;
            r["training"]!["checkpointEvery"] = 50;
        });
        byte[] wanted = Last(await cluster.RunAsync(recipe));

        foreach (string signal in new[] { "KILL", "STOP" })
        {
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(240));
            RunHandle handle = await cluster.Client.StartAsync(recipe, cancellationToken: deadline.Token);
            string silo = "";
            await foreach (Run run in handle.WatchAsync(deadline.Token))
            {
                if (run.Students is [{ Step: > 60, Stage: "train" } student])
                {
                    silo = cluster.NameOf(student.Silo);
                    Weighting policy = await handle.Weighting().GetAsync(deadline.Token);
                    Assert.Equal(student.Silo, policy.Silo);
                    await cluster[silo].SignalAsync(signal);
                    break;
                }
            }

            Assert.NotEqual("", silo);
            Run ended = await handle.ResultAsync(deadline.Token);
            Assert.NotEqual(silo, cluster.NameOf(ended.Students[0].Silo));
            Assert.True(ended.Students[0].Attempt > 1);
            Assert.Equal(wanted, Last(ended));
            Weighting kept = await handle.Weighting().GetAsync(deadline.Token);
            if (signal == "STOP")
            {
                // What wakes up finds that it was taken for dead, and changes nothing any more.
                await cluster[silo].SignalAsync("CONT");
                await cluster[silo].SignalAsync("TERM");
                await cluster[silo].EndAsync();
                Assert.Equal(wanted, Last(ended));
                Assert.Equal(kept.Fingerprint, (await handle.Weighting().GetAsync(deadline.Token)).Fingerprint);
            }

            await cluster.AddAsync(silo, "trainer");
        }
    }

    /// <summary>Student and policy as they ended.</summary>
    private static byte[] Last(Run run)
    {
        Assert.Equal(RunState.Succeeded, run.State);
        return File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(run.Students[0].Checkpoint)!, "last", "state.safetensors"));
    }
}
