using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Learning.Weightings;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Weightings;

/// <summary>A run that begins with what another one has learned.</summary>
public sealed class LearnedPolicyTests
{
    [Fact]
    public async Task A_run_begins_with_a_policy_or_freezes_it_and_another_runs_file_is_the_same_as_its_id()
    {
        await using TinySilo silo = await WeightingGrainTests.StartAsync();
        Run first = await silo.RunAsync(WeightingGrainTests.Recipe(silo, 4));
        string file = silo.Folder.File("policy.safetensors");
        ExportedWeighting exported = await silo.Client.Run(first.Id).Weighting().ExportAsync();
        await File.WriteAllBytesAsync(file, exported.File.ToByteArray());

        Run plain = await silo.RunAsync(WeightingGrainTests.Recipe(silo, 2)), begun = await silo.RunAsync(From(silo, first.Id));
        Run named = await silo.RunAsync(From(silo, $"{first.Id}/reinforced/1")), filed = await silo.RunAsync(From(silo, file));
        Assert.NotEqual(await LearnedAsync(silo, plain), await LearnedAsync(silo, begun));
        Assert.NotEqual(exported.Fingerprint, await LearnedAsync(silo, begun));
        Assert.Equal(await LearnedAsync(silo, begun), await LearnedAsync(silo, named));
        Assert.Equal(await LearnedAsync(silo, begun), await LearnedAsync(silo, filed));

        Run frozen = await silo.RunAsync(From(silo, file, freeze: true));
        Assert.Equal(exported.Fingerprint, await LearnedAsync(silo, frozen));
        // No warm-up: every step is weighted, and weights are shares.
        Weighting weighting = await silo.Client.Run(frozen.Id).Weighting().GetAsync();
        Assert.Equal(2 * 240, weighting.Instances);
        Assert.All(weighting.SelectedShares, s => Assert.Equal(1, s));
    }

    [Fact]
    public async Task What_a_run_began_with_it_goes_on_with_though_the_file_is_gone()
    {
        await using TinySilo silo = await WeightingGrainTests.StartAsync();
        Run first = await silo.RunAsync(WeightingGrainTests.Recipe(silo, 4));
        string file = silo.Folder.File("policy.safetensors");
        await File.WriteAllBytesAsync(file, (await silo.Client.Run(first.Id).Weighting().ExportAsync()).File.ToByteArray());
        string recipe = From(silo, file, epochs: 60);
        Run undisturbed = await silo.RunAsync(recipe);

        RunHandle handle = await silo.Client.StartAsync(recipe);
        await foreach (Run run in handle.WatchAsync())
        {
            if (run.Students.Count > 0 && run.Students[0].Step > 20)
            {
                await handle.CancelAsync();
                break;
            }
        }

        Run cancelled = await handle.ResultAsync();
        Assert.Equal(RunState.Cancelled, cancelled.State);
        File.Delete(file);
        await handle.ResumeAsync();
        Run resumed = await handle.ResultAsync();
        Assert.Equal(RunState.Succeeded, resumed.State);
        Assert.Equal(await LearnedAsync(silo, undisturbed), await LearnedAsync(silo, resumed));
        Assert.Equal(LearnedPolicy.Read(Path.Combine(undisturbed.Folder, "policy.safetensors")).Fingerprint, LearnedPolicy.Read(Path.Combine(resumed.Folder, "policy.safetensors")).Fingerprint);
    }

    [Fact]
    public async Task Other_teachers_another_order_and_what_is_no_policy_are_refused_before_anything_starts()
    {
        await using TinySilo silo = await WeightingGrainTests.StartAsync();
        await silo.TeacherAsync("other", seed: 5);
        Run first = await silo.RunAsync(WeightingGrainTests.Recipe(silo, 2, r => r["baselines"] = new JsonArray("uniform")));

        await RefusedAsync("KD1350", "the order differs", r => Teachers(r, "cnn", "bag"));
        await RefusedAsync("KD1350", "its teacher 2 is cnn", r => Teachers(r, "bag", "other"));
        await RefusedAsync("KD1350", "it weighs 2 teachers (bag, cnn), and here are 3", r => Teachers(r, "bag", "cnn", "other"));
        await RefusedAsync("KD1351", "", r => r["weighting"]!["from"] = $"{first.Id}/uniform/1");
        await RefusedAsync("KD1351", "", r => r["weighting"]!["from"] = $"{first.Id}/reinforced");
        await RefusedAsync("KD1507", "", r => r["weighting"]!["from"] = $"{first.Id}/reinforced/9");
        await RefusedAsync("KD1501", "", r => r["weighting"]!["from"] = "none");
        await RefusedAsync("KD1202", "", r => r["weighting"]!["from"] = silo.Folder.File("none.safetensors"));
        await RefusedAsync("KD1203", "no policy", r => r["weighting"]!["from"] = Path.Combine(first.Students[0].Checkpoint, "model.safetensors"));
        Assert.Equal(4, (await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs.Count);

        async Task RefusedAsync(string code, string words, Action<JsonObject> change)
        {
            KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(WeightingGrainTests.Recipe(silo, 2, r =>
            {
                r["weighting"]!["from"] = first.Id;
                change(r);
            })));
            Assert.Equal(code, refused.Code);
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }

        static void Teachers(JsonObject recipe, params string[] names) => recipe["teachers"] = new JsonArray([.. names.Select(n => new JsonObject { ["name"] = n })]);
    }

    [Fact]
    public async Task A_policy_that_sees_the_student_is_kept_and_used_again_and_says_that_it_cannot_be_asked_about_a_text_alone()
    {
        await using TinySilo silo = await WeightingGrainTests.StartAsync();
        string recipe = WeightingGrainTests.Recipe(silo, 2, r => r["weighting"]!["kind"] = "reinforced-gap");
        Run first = await silo.RunAsync(recipe);
        Assert.Equal(RunState.Succeeded, first.State);
        Assert.Equal(1, first.Students[0].Weights.Sum(), 1e-6);
        Weighting kept = await silo.Client.Run(first.Id).Weighting().GetAsync();
        Assert.Contains("reinforced-gap", kept.Options, StringComparison.Ordinal);

        KdException asked = await Assert.ThrowsAsync<KdException>(() => silo.Client.Run(first.Id).Weighting().AskAsync("some words"));
        Assert.Equal("KD1352", asked.Code);

        Run frozen = await silo.RunAsync(WeightingGrainTests.Recipe(silo, 2, r => r["weighting"] = new JsonObject { ["kind"] = "reinforced-gap", ["from"] = first.Id, ["freeze"] = true }));
        Assert.Equal(kept.Fingerprint, await LearnedAsync(silo, frozen));
        KdException other = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(From(silo, first.Id)));
        Assert.Contains("it is of the kind reinforced-gap", other.Message, StringComparison.Ordinal);

        // What it sees of the student is part of what it reads.
        KdException hotter = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(WeightingGrainTests.Recipe(silo, 2, r =>
        {
            r["weighting"] = new JsonObject { ["kind"] = "reinforced-gap", ["from"] = first.Id, ["freeze"] = true };
            r["objective"] = new JsonObject { ["temperature"] = 3.5 };
        })));
        Assert.Equal("KD1350", hotter.Code);
        Assert.Contains("the divergence at temperature 3.5", hotter.Message, StringComparison.Ordinal);
    }

    private static string From(TinySilo silo, string from, bool freeze = false, int epochs = 2) => WeightingGrainTests.Recipe(silo, epochs, r =>
    {
        if (freeze)
        {
            r["weighting"] = new JsonObject { ["kind"] = "reinforced", ["freeze"] = true };
        }

        r["weighting"]!["from"] = from;
    });

    private static async Task<string> LearnedAsync(TinySilo silo, Run run)
    {
        Assert.Equal(RunState.Succeeded, run.State);
        return (await silo.Client.Run(run.Id).Weighting().GetAsync()).Fingerprint;
    }
}
