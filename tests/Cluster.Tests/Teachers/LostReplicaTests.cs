using System.Diagnostics;
using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Teachers;

/// <summary>Two silos that are no cluster serve the same teacher; a third one's run asks both by endpoint, and one of them is killed or stands still.</summary>
public class LostReplicaTests(ITestOutputHelper output)
{
    // A second of design, and what a machine that is busy with other tests adds.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task A_run_goes_on_with_the_other_replica_and_ends_with_the_same_bytes(string signal)
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path, train: 6000);
        string model = folder.File("model.json");
        await File.WriteAllTextAsync(model, TinyTask.Recipe(folder.Path, "teacher"));
        string[] homes = [folder.File("one"), folder.File("two")];
        await KdProcess.RunAsync(homes[0], "teacher", "train", "bag", "--recipe", model, "--deploy");
        await KdProcess.RunAsync(homes[1], "teacher", "deploy", "bag", "--checkpoint", Path.Combine(homes[0], "models", "bag"));
        await using KdProcess one = Start(homes[0]), two = Start(homes[1]);
        string[] endpoints = [await AddressAsync(one), await AddressAsync(two)];
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = "none" });
        string recipe = TinyTask.Recipe(folder.Path, "asks", teachers: ["bag"], change: r =>
        {
            r["teachers"]![0]!["endpoints"] = new JsonArray([.. endpoints.Select(e => JsonValue.Create(e))]);
            r["training"]!["epochs"] = 1;
            r["training"]!["prefetch"] = 2;
            r["training"]!["checkpointEvery"] = 100;
        });
        Run undisturbed = await silo.RunAsync(recipe);

        RunHandle handle = await silo.Client.StartAsync(recipe);
        TimeSpan pause = TimeSpan.Zero;
        long step = 0, since = 0;
        bool done = false;
        await foreach (Run run in handle.WatchAsync())
        {
            long now = run.Students.Select(s => s.Step).DefaultIfEmpty().Max();
            if (done && now > step)
            {
                pause = Stopwatch.GetElapsedTime(since) is var gap && gap > pause ? gap : pause;
            }

            if (now > step)
            {
                (step, since) = (now, Stopwatch.GetTimestamp());
            }

            if (!done && now > 30)
            {
                await two.SignalAsync(signal);
                (done, since) = (true, Stopwatch.GetTimestamp());
            }
        }

        Run outlived = await handle.ResultAsync();
        if (signal == "STOP")
        {
            await two.SignalAsync("CONT");
        }

        output.WriteLine($"{signal}: the longest pause between two signs of progress was {pause.TotalMilliseconds:0} ms");
        Assert.True(done, "the run was over before anything was done to it");
        Assert.Equal(RunState.Succeeded, outlived.State);
        Assert.Equal(Weights(undisturbed), Weights(outlived));
        Assert.True(pause < s_pause, $"{pause}");
    }

    private static KdProcess Start(string home) => KdProcess.Start(home, "silo", "--url", "http://127.0.0.1:0", "--store", "none");

    private static async Task<string> AddressAsync(KdProcess silo) => (await silo.LineAsync("Silo at ")).Split(' ')[2].TrimEnd(',');

    private static byte[] Weights(Run run) => File.ReadAllBytes(Path.Combine(run.Students[0].Checkpoint, "model.safetensors"));
}
