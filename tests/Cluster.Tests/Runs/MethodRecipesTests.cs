using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>Every recipe of <c>recipes/methods</c>, shortened: it runs, its rows are there, what is exact holds, its teachers are gone after it, and another student asks them nothing.</summary>
public sealed class MethodRecipesTests
{
    private static readonly string s_folder = Path.Combine(RepositoryFiles.Root, "recipes", "methods");

    public static TheoryData<string> Methods => [.. Directory.EnumerateFiles(s_folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task It_runs_compares_and_asks_its_teachers_once(string method)
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        JsonObject recipe = Short(silo, method);
        Run run = await RunAsync(silo, recipe);
        Recipe read = RecipeReader.Read(recipe.ToJsonString(), method);
        Assert.Equal(1 + (recipe["variants"]?.AsObject().Count ?? read.Driver!.Combinations().Count - 1), run.Students.Count);
        Exact(silo, run, method);

        string[] trainings = await TrainingsAsync(silo);
        Assert.Equal(read.Teachers.Count(t => t.Train is not null), trainings.Length);
        Assert.Empty((await silo.Client.Teachers.ListAsync(new ListTeachersRequest())).Teachers);
        Assert.Equal(trainings.Length > 0, run.Students.Sum(s => s.TeacherRows) > 0);

        recipe["student"]!["hidden"] = read.Student.Hidden * 2;
        Run other = await RunAsync(silo, recipe);
        Assert.Equal(0, other.Students.Sum(s => s.TeacherRows));
        Assert.Equal(trainings, await TrainingsAsync(silo));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void It_has_one_seed_and_its_whole_experiment_five(string method)
    {
        string file = Path.Combine(s_folder, $"{method}.json");
        Assert.Single(RecipeReader.ReadFile(file).Training.Seeds);
        Assert.Equal([1L, 2, 3, 4, 5], RecipeReader.ReadFile(file, full: true).Training.Seeds);
        Assert.All(RecipeReader.ReadFile(file).Teachers, t => Assert.NotNull(t.Train));
        Assert.Contains($"## `{method}`", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "methods.md")), StringComparison.Ordinal);
    }

    private static void Exact(TinySilo silo, Run run, string method)
    {
        byte[] Best(string place) => File.ReadAllBytes(Path.Combine(silo.Home, "runs", run.Id, "students", place, "best", "model.safetensors"));
        byte[] State(string student) => File.ReadAllBytes(Path.Combine(silo.Home, "runs", run.Id, "students", $"{student}-1", "last", "state.safetensors"));
        switch (method)
        {
            case "teacher-assistant":
                // The first assistant has the same teacher in the chain and in the shorter one.
                Assert.Equal(Best("stages-1/stages/round-1"), Best("one-assistant-1/stages/round-1"));
                Assert.NotEqual(Best("stages-1"), Best("one-assistant-1"));
                break;
            case "self-distillation":
                Assert.Equal(Best("stages-1/stages/round-2"), Best("two-generations-1"));
                Assert.NotEqual(Best("stages-1/stages/round-2"), Best("plain-kd-1/stages/round-2"));
                break;
            case "annealing":
                Assert.NotEqual(Best("stages-1/stages/match"), Best("no-annealing-1/stages/match"));
                break;
            case "reinforced-gap":
                Assert.NotEqual(State("reinforced-gap"), State("no-gap"));
                Assert.NotEqual(State("reinforced-gap"), State("equal"));
                break;
            case "dataset-distillation":
                // What is not learned is not in the optimizer; where nothing is made, nothing is written.
                Assert.NotEqual(State("alone"), State("hard-labels"));
                Assert.Equal(["alone-1", "any-start-1", "hard-labels-1", "real-images-1"], Directory.EnumerateDirectories(Path.Combine(silo.Home, "runs", run.Id, "students"))
                    .Where(s => File.Exists(Path.Combine(s, "distilled", "data.safetensors"))).Select(Path.GetFileName).Order(StringComparer.Ordinal));
                break;
            case "with":
                // Quantisation is made when a checkpoint is: the training is the same.
                Assert.Equal(State("kd+augmented+pruned+float"), State("kd+augmented+pruned+int8"));
                Assert.NotEqual(Best("kd+augmented+pruned+float-1"), Best("kd+augmented+pruned+int8-1"));
                Assert.NotEqual(State("kd+plain+dense+float"), State("kd+augmented+dense+float"));
                break;
        }
    }

    private static JsonObject Short(TinySilo silo, string method)
    {
        string sets = Environment.GetEnvironmentVariable("KD_DATA") ?? Path.Combine(RepositoryFiles.Root, "..", "shared", "data");
        JsonObject recipe = RecipeReader.ReadGiven(Path.Combine(s_folder, $"{method}.json"));
        foreach (string split in new[] { "train", "validation", "test" }.Where(s => recipe["data"]![s] is not null))
        {
            string set = RecipePaths.InDataFolder(recipe["data"]![split]!.GetValue<string>(), sets)!;
            Assert.SkipUnless(File.Exists(set), $"{set} is not there; set KD_DATA.");
            if (recipe["task"] is not null)
            {
                // Images are taken as they are, few of them.
                recipe["data"]![split] = set;
                continue;
            }

            string few = silo.Folder.File($"few-{split}.tsv");
            File.WriteAllLines(few, File.ReadLines(set).Take(split == "train" ? 200 : 40));
            recipe["data"]![split] = few;
        }

        recipe["data"]!["limit"] = Math.Max(64, recipe["training"]?["batchSize"]?.GetValue<long>() ?? 0);
        foreach (JsonNode? weighting in new[] { recipe["weighting"], recipe["variants"]?["no-gap"]?["weighting"] })
        {
            if (weighting is not null)
            {
                (weighting["studentWarmup"], weighting["policyWarmup"], weighting["episode"]) = (4, 2, 2);
            }
        }

        return recipe;
    }

    private static async Task<Run> RunAsync(TinySilo silo, JsonObject recipe)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(4));
        RunHandle handle = await silo.Client.StartAsync(recipe.ToJsonString(), cancellationToken: deadline.Token);
        Run run = await handle.ResultAsync(deadline.Token);
        Assert.Equal([], run.Errors);
        Assert.Equal(RunState.Succeeded, run.State);
        return run;
    }

    private static async Task<string[]> TrainingsAsync(TinySilo silo) =>
        [.. (await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs.Select(r => r.Id).Where(id => Regex.IsMatch(id, "^teacher-[0-9a-f]{16}")).Order(StringComparer.Ordinal)];
}
