using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>A run of several stages: served teachers, an earlier student and the moving average teach, weights are handed on, and it goes on wherever it was stopped.</summary>
public sealed class StagedRunTests
{
    [Fact]
    public async Task It_may_be_stopped_in_any_stage_and_ends_with_the_same_bytes()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("a");
        await silo.TeacherAsync("b", "text-cnn");
        string recipe = Recipe(silo);
        Run whole = await silo.RunAsync(recipe);
        Assert.Equal(RunState.Succeeded, whole.State);
        string[] stages = ["match", "policy", "own"];
        Assert.Equal(("own", 3, 3), (whole.Students[0].RecipeStage, whole.Students[0].RecipeStageNumber, whole.Students[0].RecipeStages));
        Assert.Equal(stages, Lines(silo, whole).Select(l => l!["name"]!.GetValue<string>()));
        Assert.Equal(["a, b", "b, stage:match, average", "stage:match, a"], Lines(silo, whole).Select(l => l!["teachers"]!.GetValue<string>()));

        RunHandle handle = await silo.Client.StartAsync(recipe);
        int stopped = 0;
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        for (int stop = 1; stop <= stages.Length; stop++)
        {
            // Past so many steps: stages differ in length, so that each is met once at least.
            long after = whole.Students[0].Steps * ((2 * stop) - 1) / 6;
            RunState seen = RunState.Running;
            await foreach (Run now in handle.WatchAsync(deadline.Token))
            {
                seen = now.State;
                if (seen is RunState.Succeeded or RunState.Failed || (seen == RunState.Running && now.Students.Count > 0 && now.Students[0].Step >= after))
                {
                    break;
                }
            }

            if (seen != RunState.Running)
            {
                break;
            }

            await handle.CancelAsync();
            await handle.ResultAsync(deadline.Token);
            stopped++;
            await handle.ResumeAsync();
        }

        Run broken = await handle.ResultAsync(deadline.Token);
        Assert.Equal(stages.Length, stopped);
        Assert.Equal(RunState.Succeeded, broken.State);
        Assert.Equal(Weights(silo, whole, ""), Weights(silo, broken, ""));
        foreach (string stage in stages[..^1])
        {
            Assert.Equal(Weights(silo, whole, $"stages/{stage}"), Weights(silo, broken, $"stages/{stage}"));
        }

        string report = await File.ReadAllTextAsync(Path.Combine(silo.Home, "runs", whole.Id, "report.md"), deadline.Token);
        Assert.Contains("Stage by stage", report, StringComparison.Ordinal);
        Assert.Contains("| own ", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generations_and_chains_are_taught_by_the_round_before_and_plain_students_stand_beside_them()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("a");
        Run generations = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "generations", "bag-of-embeddings", change: r =>
        {
            r["driver"] = JsonNode.Parse("""{ "kind": "generations", "count": 3 }""");
            r["baselines"] = new JsonArray("alone");
        }));
        Assert.Equal(RunState.Succeeded, generations.State);
        Assert.Equal(["stages", "alone"], generations.Students.Select(s => s.Variant));
        Assert.Equal(["", "stage:round-1", "stage:round-2"], Lines(silo, generations).Select(l => l!["teachers"]!.GetValue<string>()));
        // The first generation is the student alone.
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(Folder(silo, generations), "stages", "round-1", "best", "model.safetensors")),
            await File.ReadAllBytesAsync(Path.Combine(silo.Home, "runs", generations.Id, "students", "alone-1", "best", "model.safetensors")));

        Run chain = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, "chain", "bag-of-embeddings", ["a"], r =>
        {
            r["driver"] = JsonNode.Parse("""{ "kind": "chain", "students": [{ "kind": "text-cnn", "embedding": 8, "hidden": 6 }] }""");
            r["baselines"] = new JsonArray("uniform");
        }));
        Assert.Equal(RunState.Succeeded, chain.State);
        Assert.Equal(["a", "stage:round-1"], Lines(silo, chain).Select(l => l!["teachers"]!.GetValue<string>()));
        Assert.NotEqual(Lines(silo, chain)[0]!["parameters"]!.GetValue<long>(), Lines(silo, chain)[1]!["parameters"]!.GetValue<long>());
    }

    private static string Recipe(TinySilo silo) => TinyTask.Recipe(silo.Folder.Path, "staged", "bag-of-embeddings", ["a", "b"], r =>
    {
        r["training"]!["checkpointEvery"] = 5;
        r["training"]!["epochs"] = 60;
        r["stages"] = JsonNode.Parse("""
            [
              { "name": "match", "objective": { "terms": [{ "loss": "mse", "targetScale": { "kind": "steps", "from": 0.5, "to": 1, "levels": 2 } }] } },
              { "name": "policy", "teachers": ["b", "stage:match", "average"], "init": "previous.best", "select": "last",
                "weighting": { "kind": "reinforced", "studentWarmup": 5, "policyWarmup": 5, "episode": 4 } },
              { "name": "own", "teachers": ["stage:match", "a"], "init": "policy.last", "objective": { "alpha": 0.7 } }
            ]
            """);
    });

    private static string Folder(TinySilo silo, Run run) => Path.Combine(silo.Home, "runs", run.Id, "students", "stages-1");

    private static JsonArray Lines(TinySilo silo, Run run) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder(silo, run), "stages.json")))!.AsArray();

    private static byte[] Weights(TinySilo silo, Run run, string stage) => File.ReadAllBytes(Path.Combine(Folder(silo, run), stage, "best", "model.safetensors"));
}
