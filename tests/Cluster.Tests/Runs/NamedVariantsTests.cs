using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>Named variants: students beside the run's own, from parts of a recipe that are put over it.</summary>
public sealed class NamedVariantsTests
{
    [Fact]
    public async Task Each_is_trained_as_the_recipe_that_it_is_and_compared_with_the_run_by_its_name()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("a");
        await silo.TeacherAsync("b", "text-cnn");
        Run run = await silo.RunAsync(Recipe(silo));
        Assert.Equal([], run.Errors);
        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(["stages", "alone", "ablation", "one-teacher", "no-kd", "learned"], run.Students.Where(s => s.Seed == 1).Select(s => s.Variant));
        Assert.Equal(12, run.Students.Count);

        // Each has the bytes of a run of its own.
        Assert.Equal(await BestAsync(silo, run, "one-teacher"), await BestAsync(silo, await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "plain", "text-cnn", ["b"], r => r["objective"] = JsonNode.Parse("""{ "alpha": 0.5 }"""))), "uniform"));
        Assert.Equal(await BestAsync(silo, run, "no-kd"), await BestAsync(silo, await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "labels", "text-cnn", change: r => r["training"]!["epochs"] = 3)), "alone"));
        Assert.NotEqual(await BestAsync(silo, run, "ablation"), await BestAsync(silo, run, "stages"));

        string report = await File.ReadAllTextAsync(Path.Combine(silo.Home, "runs", run.Id, "report.md"));
        foreach (string row in new[] { "student ablation", "student no-kd", "stages − ablation:", "stages − one-teacher:", "Student ablation, stage by stage", "Would be seen from" })
        {
            Assert.Contains(row, report, StringComparison.Ordinal);
        }

        JsonArray comparisons = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(silo.Home, "runs", run.Id, "results.json")))!["comparisons"]!.AsArray();
        Assert.Equal(["alone", "ablation", "one-teacher", "no-kd", "learned"], comparisons.Select(c => c!["second"]!.GetValue<string>()));

        ListWeightingsReply weightings = await silo.Client.Weightings.ListAsync(new ListWeightingsRequest());
        Assert.Equal(["ablation", "learned", "one-teacher", "stages"], weightings.Weightings.Where(w => w.Run == run.Id).Select(w => w.Variant).Distinct().Order(StringComparer.Ordinal));
        Weighting learned = await silo.Client.Weightings.GetAsync(new WeightingId { Run = run.Id, Variant = "learned" });
        Assert.NotEmpty(learned.Fingerprint);
    }

    [Fact]
    public async Task A_run_that_is_stopped_in_a_variant_ends_with_the_same_bytes()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Trainers = 1 });
        await silo.TeacherAsync("a");
        await silo.TeacherAsync("b", "text-cnn");
        string recipe = Recipe(silo, r =>
        {
            r["training"]!["seeds"] = new JsonArray(1);
            r["variants"]!["learned"]!["training"] = JsonNode.Parse("""{ "epochs": 30 }""");
        });
        Run whole = await silo.RunAsync(recipe);
        RunHandle handle = await silo.Client.StartAsync(recipe);
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        bool met = false;
        await foreach (Run now in handle.WatchAsync(deadline.Token))
        {
            met = now.Students.Any(s => s.Variant == "learned" && s.Step > 20 && s.Stage != "done");
            if (met)
            {
                break;
            }
        }

        Assert.True(met);
        await handle.CancelAsync();
        await handle.ResultAsync(deadline.Token);
        await handle.ResumeAsync();
        Run broken = await handle.ResultAsync(deadline.Token);
        Assert.Equal(RunState.Succeeded, broken.State);
        foreach (string variant in whole.Students.Select(s => s.Variant).Distinct())
        {
            Assert.Equal(await BestAsync(silo, whole, variant), await BestAsync(silo, broken, variant));
        }
    }

    [Fact]
    public async Task A_grid_trains_every_combination_and_tells_effects_and_interactions()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("a");
        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "grid", "bag-of-embeddings", ["a"], r =>
        {
            r["training"]!["seeds"] = new JsonArray(1, 2);
            r["driver"] = JsonNode.Parse("""{ "kind": "grid", "axes": { "teaching": { "labels": { "teachers": [] }, "kd": {} }, "size": { "small": { "student": { "hidden": 4 } }, "large": {} } } }""");
        }));
        Assert.Equal([], run.Errors);
        Assert.Equal(["kd+large", "labels+small", "labels+large", "kd+small"], run.Students.Where(s => s.Seed == 1).Select(s => s.Variant));
        string report = await File.ReadAllTextAsync(Path.Combine(silo.Home, "runs", run.Id, "report.md"));
        double Mean(Func<Student, bool> of) => 100 * run.Students.Where(of).Average(s => s.TestAccuracy);
        double interaction = Mean(s => s.Variant == "kd+large") - Mean(s => s.Variant == "kd+small") - Mean(s => s.Variant == "labels+large") + Mean(s => s.Variant == "labels+small");
        Assert.Matches(@"\| teaching +\| +kd \| +" + Regex.Escape(Mean(s => s.Variant.StartsWith("kd", StringComparison.Ordinal)).ToString("0.00", CultureInfo.InvariantCulture)), report);
        Assert.Matches(@"\| teaching × size \| +" + Regex.Escape(interaction.ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture)), report);
    }

    private static string Recipe(TinySilo silo, Action<JsonObject>? change = null) => TinyTask.Recipe(silo.Folder.Path, "compared", "text-cnn", ["a", "b"], r =>
    {
        r["training"]!["seeds"] = new JsonArray(1, 2);
        r["stages"] = JsonNode.Parse("""
            [
              { "name": "match", "objective": { "terms": [{ "loss": "mse", "targetScale": { "kind": "steps", "from": 0.5, "to": 1, "levels": 2 } }] } },
              { "name": "labels", "teachers": [], "init": "match.best" }
            ]
            """);
        r["baselines"] = new JsonArray("alone");
        r["variants"] = JsonNode.Parse("""
            {
              "ablation": { "stages": [{ "name": "match", "objective": { "terms": [{ "loss": "mse" }] } }, { "name": "labels", "teachers": [], "init": "match.best" }] },
              "one-teacher": { "teachers": ["b"], "stages": [], "objective": { "alpha": 0.5 } },
              "no-kd": { "teachers": [], "stages": [], "training": { "epochs": 3 } },
              "learned": { "stages": [], "weighting": { "kind": "reinforced", "studentWarmup": 5, "policyWarmup": 5, "episode": 4 } }
            }
            """);
        change?.Invoke(r);
    });

    private static Task<byte[]> BestAsync(TinySilo silo, Run run, string variant) => File.ReadAllBytesAsync(Path.Combine(silo.Home, "runs", run.Id, "students", $"{variant}-1", "best", "model.safetensors"));
}
