using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Grains;
using KdCluster.Tests.Support;
using KdCluster.V1;
using KdCluster.Weightings;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;

namespace KdCluster.Tests.Weightings;

/// <summary>The policy is in its grain: what happens to the grain happens to the student, and what is lost with it is made again.</summary>
public sealed class WeightingGrainTests
{
    [Fact]
    public async Task Deactivated_under_its_run_it_begins_again_with_the_students_last_checkpoint_and_the_student_ends_with_the_same_bytes()
    {
        await using TinySilo silo = await StartAsync();
        string recipe = Recipe(silo, epochs: 100);
        byte[] wanted = Last(await silo.RunAsync(recipe));

        Run run = await DisturbAsync(silo, recipe, async (grain, _) => await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle());

        Assert.Equal(wanted, Last(run));
        Assert.True(await IncarnationAsync(silo, run) > 1);
    }

    [Fact]
    public async Task A_parameter_that_is_changed_in_the_grain_between_two_batches_changes_the_student()
    {
        await using TinySilo silo = await StartAsync();
        string recipe = Recipe(silo, epochs: 100);
        byte[] wanted = Last(await silo.RunAsync(recipe));

        // As if the trainer had told it something else of the batch at hand: nobody but the grain hears of it.
        PolicyFeedback wrong = new([.. Enumerable.Range(0, 16 * TinyTask.Classes).Select(i => (i % 5) - 2f)], 0.5);
        Run run = await DisturbAsync(silo, recipe, async (grain, _) => Assert.NotNull(await grain.LearnAsync(1, wrong)));

        Assert.NotEqual(wanted, Last(run));
    }

    [Fact]
    public async Task What_it_has_learned_can_be_asked_after_the_run_and_after_a_restart_of_the_silo()
    {
        using TemporaryFolder folder = new();
        string key, fingerprint;
        PolicyDescription told;
        await using (TinySilo silo = await StartAsync(folder))
        {
            Run run = await silo.RunAsync(Recipe(silo, epochs: 2));
            key = $"{run.Id}/reinforced/1";
            told = (await Grain(silo, key).DescribeAsync())!;
            fingerprint = told.Inputs.Teachers[1].Fingerprint;
            Assert.Equal(run.Students[0].Weights, told.Statistics.MeanWeight);
        }

        await using TinySilo again = await TinySilo.StartAsync(folder);
        PolicyDescription kept = (await Grain(again, key).DescribeAsync())!;
        Assert.Equal(told.Learned["policy"], kept.Learned["policy"]);
        Assert.Contains(kept.Learned["policy"], p => p != 0);
        Assert.Equal(["bag", "cnn"], kept.Inputs.Teachers.Select(t => t.Name));
        Assert.Equal(fingerprint, kept.Inputs.Teachers[1].Fingerprint);
        Assert.Equal("", kept.Silo);
        Assert.Null(await Grain(again, "none/reinforced/1").DescribeAsync());
    }

    [Fact]
    public async Task A_record_of_an_earlier_version_is_read_and_holds_no_policy()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("home/grains/weighting"));
        await File.WriteAllTextAsync(folder.File("home/grains/weighting/old%2Freinforced%2F1.json"), """{"ETag": "1", "State": {"Snapshot": {"Kind": "reinforced", "Step": 7, "Weights": [0.25, 0.75]}}}""");
        await using TinySilo silo = await TinySilo.StartAsync(folder);

        IWeightingGrain grain = Grain(silo, "old/reinforced/1");

        WeightingSnapshot kept = (await grain.GetAsync())!;
        Assert.Equal([0.25, 0.75], kept.Weights);
        Assert.Null(await grain.DescribeAsync());
    }

    internal static async Task<TinySilo> StartAsync(TemporaryFolder? folder = null)
    {
        TinySilo silo = await TinySilo.StartAsync(folder);
        await silo.TeacherAsync("bag");
        await silo.TeacherAsync("cnn", "text-cnn", seed: 2);
        return silo;
    }

    internal static string Recipe(TinySilo silo, int epochs, Action<JsonObject>? change = null) => TinyTask.Recipe(silo.Folder.Path, teachers: ["bag", "cnn"], change: r =>
    {
        r["weighting"] = new JsonObject { ["kind"] = "reinforced", ["studentWarmup"] = 5, ["policyWarmup"] = 5, ["episode"] = 4 };
        r["training"]!["epochs"] = epochs;
        change?.Invoke(r);
    });

    private static IWeightingGrain Grain(TinySilo silo, string key) => silo.Silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IWeightingGrain>(key);

    private static async Task<Run> DisturbAsync(TinySilo silo, string recipe, Func<IWeightingGrain, Run, Task> disturb)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        RunHandle handle = await silo.Client.StartAsync(recipe, cancellationToken: deadline.Token);
        await foreach (Run run in handle.WatchAsync(deadline.Token))
        {
            if (run.Students.Count > 0 && run.Students[0].Step > 40)
            {
                Assert.NotEqual("done", run.Students[0].Stage);
                await disturb(Grain(silo, $"{run.Id}/reinforced/1"), run);
                break;
            }
        }

        return await handle.ResultAsync(deadline.Token);
    }

    private static async Task<int> IncarnationAsync(TinySilo silo, Run run)
    {
        string folder = Path.Combine(silo.Home, "grains", "weighting", Uri.EscapeDataString($"{run.Id}/reinforced/1") + ".state");
        string newest = Directory.GetFiles(folder, "*.json").MaxBy(f => int.Parse(Path.GetFileNameWithoutExtension(f), System.Globalization.CultureInfo.InvariantCulture))!;
        return (int)JsonNode.Parse(await File.ReadAllTextAsync(newest))!["Content"]!["Incarnation"]!;
    }

    /// <summary>Student and policy at the end: the best student may be one of before the disturbance.</summary>
    private static byte[] Last(Run run)
    {
        Assert.Equal(RunState.Succeeded, run.State);
        return File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(run.Students[0].Checkpoint)!, "last", "state.safetensors"));
    }
}
