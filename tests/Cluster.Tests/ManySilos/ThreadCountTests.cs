using KdCluster.Client;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>Who goes on with a run of a silo that died: a student's bytes depend on the threads inside an operation.</summary>
public sealed class ThreadCountTests
{
    private static readonly (string, string)[] s_two = [("KD_TORCH_THREADS", "2")];

    [ManySilosFact]
    public async Task A_silo_with_another_number_of_threads_leaves_a_lost_run_to_one_with_the_right_number_and_says_why()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "teacher,gateway"));
        await cluster.AddAsync("first", "trainer", s_two);
        // Long enough that its silo is killed meanwhile.
        string recipe = TinyTask.Recipe(cluster.Data, change: r => r["training"]!["epochs"] = 400);
        byte[] undisturbed = Weights(await cluster.RunAsync(recipe));
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(4));

        RunHandle run = await cluster.Client.StartAsync(recipe, cancellationToken: deadline.Token);
        await UntilAsync(run, r => r.Students.Any(s => s.Step > 20), deadline.Token);
        await cluster["first"].SignalAsync("KILL");
        await cluster.AddAsync("other", "trainer");
        Run waits = await UntilAsync(run, r => r.Activity.StartsWith("KD1505", StringComparison.Ordinal) && r.Students.All(s => s.Stage == "waiting"), deadline.Token);
        Assert.Equal("KD1505: waits for a silo with torch-threads 2; there are those with 1", waits.Activity);

        await cluster.AddAsync("second", "trainer", s_two);
        Run ended = await run.ResultAsync(deadline.Token);
        Assert.Equal(RunState.Succeeded, ended.State);
        Assert.Equal(undisturbed, Weights(ended));
    }

    private static async Task<Run> UntilAsync(RunHandle handle, Func<Run, bool> holds, CancellationToken cancellationToken)
    {
        await foreach (Run run in handle.WatchAsync(cancellationToken))
        {
            if (holds(run))
            {
                return run;
            }
        }

        throw new InvalidOperationException("the run ended before");
    }

    private static byte[] Weights(Run run) => File.ReadAllBytes(Path.Combine(run.Students[0].Checkpoint, "model.safetensors"));
}
