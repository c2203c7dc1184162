using System.Text.Json.Nodes;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Learning.Text;
using KdCluster.Tests.Fuzz;
using KdCluster.Tests.ManySilos;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.AspNetCore.Builder;

namespace KdCluster.Tests.Runs;

/// <summary>What a check tells of a recipe, and that a start refuses by the same.</summary>
public class RecipeCheckTests
{
    [Fact]
    public async Task Everything_that_keeps_a_run_from_starting_is_told_at_once_and_no_run_is_left()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string recipe = TinyTask.Recipe(silo.Folder.Path, teachers: ["ghost", "phantom@http://127.0.0.1:9"], change: r =>
        {
            r["data"]!["train"] = silo.Folder.File("no-such.tsv");
            r["data"]!["test"] = silo.Folder.File("nor-this.tsv");
            r["training"]!["device"] = "cuda:7";
        });

        RecipeCheck check = await silo.Client.CheckAsync(recipe);
        KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(recipe, id: "never"));

        Assert.Equal(["KD1100", "KD1100", "KD1308", "KD1306", "KD1206"], check.Errors.Select(e => e.Code));
        Assert.Equal(check.Errors.Select(e => e.ToError()), refused.Errors);
        Assert.Null(check.Data);
        Assert.Empty((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs);
        Assert.Equal("KD1501", (await Assert.ThrowsAsync<KdException>(() => silo.Client.Run("never").GetAsync())).Code);
        Assert.False(Directory.Exists(Path.Combine(silo.Home, "runs", "never")));
    }

    [Fact]
    public async Task What_can_start_says_what_its_data_hold()
    {
        await using TinySilo silo = await TinySilo.StartAsync();

        RecipeCheck check = await silo.Client.CheckAsync(TinyTask.Recipe(silo.Folder.Path, change: r => r["data"]!["maxLength"] = 8));

        Tokenizer whole = WordTokenizer.Build([], vocabulary: 8, maxLength: 1000);
        Assert.Empty(check.Errors);
        Assert.Equal(["train", "validation", "test"], check.Data.Splits.Select(s => s.Name));
        Assert.Equal([240, 60, 60], check.Data.Splits.Select(s => s.Rows));
        Assert.Equal(["0", "1", "2"], check.Data.Classes.Select(c => c.Name));
        foreach ((string file, int split) in new[] { ("train", 0), ("validation", 1), ("test", 2) })
        {
            string[][] rows = [.. File.ReadLines(silo.Folder.File($"{file}.tsv")).Skip(1).Select(l => l.Split('\t'))];
            Assert.Equal(check.Data.Classes.Select(c => c.Rows[split]), check.Data.Classes.Select(c => (long)rows.Count(r => r[1] == c.Name)));
            Assert.Equal(check.Data.Splits[split].Cut, rows.Count(r => whole.Encode(r[0]).Length > 8));
        }

        Assert.Contains(check.Data.Warnings, w => w.Contains("longer than 8 tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Teachers_that_do_not_fit_are_told_each_with_its_reason()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("bag");
        using TemporaryFolder other = new();
        TinyTask.Write(other.Path, train: 300);
        Run run = await silo.RunAsync(TinyTask.Recipe(other.Path, "other", change: r =>
        {
            r["data"]!["labels"] = new JsonArray("2", "1", "0");
            r["data"]!["maxLength"] = 9;
        }));
        await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "stranger", Checkpoint = run.Students[0].Checkpoint });

        RecipeCheck check = await silo.Client.CheckAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["bag", "stranger"]));

        // Its tokenizer is another too, which is no mistake: it is asked with ids of its own.
        V1.Error error = Assert.Single(check.Errors);
        Assert.Equal(("KD1307", "teacher stranger"), (error.Code, error.Where));
        Assert.Contains("[2, 1, 0]", error.What, StringComparison.Ordinal);
        Assert.NotNull(check.Data);
    }

    [Fact]
    public async Task Parts_to_freeze_that_the_model_has_not_are_told_with_those_that_it_has()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string Recipe(params string[] parts) => TinyTask.Recipe(silo.Folder.Path, "frozen", change: r => r["stages"] = new JsonArray(
            new JsonObject { ["name"] = "all" },
            new JsonObject { ["name"] = "head", ["init"] = "previous.best", ["training"] = new JsonObject { ["epochs"] = 1, ["freeze"] = new JsonArray([.. parts]) } }));

        Error error = Assert.Single((await silo.Client.CheckAsync(Recipe("embedding", "tail"))).Errors);
        Assert.Equal("KD1230", error.Code);
        Assert.Contains("classifier", error.Remedy, StringComparison.Ordinal);

        Run run = await silo.RunAsync(Recipe("embedding"));
        Assert.Equal(RunState.Succeeded, run.State);
        string folder = Path.GetDirectoryName(run.Students[0].Checkpoint)!;
        Assert.Equal(Embedding(Path.Combine(folder, "stages", "all")), Embedding(folder));

        static byte[] Embedding(string student)
        {
            using var reader = KdCluster.Learning.Checkpoints.SafeTensorsReader.Open(Path.Combine(student, "best", "model.safetensors"));
            return reader.ReadBytes(reader.Tensors.Single(t => t.Name == "embedding.weight")).ToArray();
        }
    }

    [Fact]
    public async Task Classes_that_data_cannot_be_made_for_are_told_before_anything_starts()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string Recipe(int items, string learn) => TinyTask.Recipe(silo.Folder.Path, "made", change: r =>
        {
            r["student"]!["dropout"] = 0;
            r["training"]!["weightDecay"] = 0;
            r["loop"] = new JsonObject { ["kind"] = "bilevel", ["items"] = items, ["begin"] = "real" };
            r["variants"] = new JsonObject { ["few"] = new JsonObject { ["loop"] = new JsonObject { ["items"] = 2, ["learn"] = new JsonArray(learn) } } };
        });

        string recipe = Recipe(500, "items");
        RecipeCheck check = await silo.Client.CheckAsync(recipe), learned = await silo.Client.CheckAsync(Recipe(10, "labels"));
        KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(recipe, id: "never"));

        Assert.Empty(learned.Errors);
        Assert.Contains(learned.Data.Warnings, w => w.Contains("2 instance(s) for 3 classes", StringComparison.Ordinal));
        Assert.Equal([("KD1229", "loop.items"), ("KD1229", "loop.items")], check.Errors.Select(e => (e.Code, e.Where)));
        Assert.Contains("500 training rows", check.Errors[0].What, StringComparison.Ordinal);
        Assert.Contains("2 made instances cannot teach 3 classes: 2 has none", check.Errors[1].What, StringComparison.Ordinal);
        Assert.Equal(check.Errors.Select(e => e.ToError()), refused.Errors);
        Assert.Empty((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs);
    }

    [Fact]
    public async Task A_weighting_that_sees_the_embedding_needs_a_first_teacher_that_serves_it()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher bag = await silo.TeacherAsync("bag");
        await using WebApplication plain = await TestServer.StartAsync(new LogitsOnly(silo.Client, bag));
        string Recipe(string kind, params string[] teachers) => TinyTask.Recipe(silo.Folder.Path, teachers: teachers, change: r => r["weighting"] = new JsonObject { ["kind"] = kind });
        string far = $"plain@{plain.Urls.First()}";

        Error error = Assert.Single((await silo.Client.CheckAsync(Recipe("reinforced", far, "bag"))).Errors);
        Assert.Equal(("KD1305", "teacher plain"), (error.Code, error.Where));
        Assert.Contains("embedding", error.What, StringComparison.Ordinal);
        Assert.Empty((await silo.Client.CheckAsync(Recipe("uniform", far, "bag"))).Errors);
        Assert.Empty((await silo.Client.CheckAsync(Recipe("reinforced", "bag", far))).Errors);
    }

    [Fact]
    public async Task Mistakes_of_the_recipe_itself_are_an_answer_and_no_failure_of_the_call()
    {
        await using TinySilo silo = await TinySilo.StartAsync();

        RecipeCheck check = await silo.Client.CheckAsync("""{ "name": "x", "data": { "trian": "a" }, "student": { "kind": "oracle" } }""", "mine.json");

        Assert.True(check.Errors.Count >= 2);
        Assert.All(check.Errors, e => Assert.StartsWith("mine.json:1", e.Where, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_written_down_was_not_started_and_starts_when_it_can()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string recipe = TinyTask.Recipe(silo.Folder.Path), states = Path.Combine(silo.Home, "grains", "run");
        // In the place of the folder of the runs' states.
        Directory.CreateDirectory(Path.GetDirectoryName(states)!);
        await File.WriteAllTextAsync(states, "");

        await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(recipe, id: "mine"));
        Assert.Empty((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs);

        File.Delete(states);
        Assert.Equal(RunState.Succeeded, (await silo.RunAsync(recipe, "mine")).State);
    }

    [ManySilosFact]
    public async Task A_silo_that_does_not_train_asks_one_that_does()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "gateway"), ("trainer", "trainer"));

        RecipeCheck good = await cluster.Client.CheckAsync(TinyTask.Recipe(cluster.Data)), bad = await cluster.Client.CheckAsync(TinyTask.Recipe(cluster.Data, teachers: ["ghost"]));

        Assert.Empty(good.Errors);
        Assert.Equal(240, good.Data.Splits[0].Rows);
        Assert.Equal("KD1308", Assert.Single(bad.Errors).Code);
    }

    /// <summary>A teacher's silo that serves no embedding.</summary>
    private sealed class LogitsOnly(KdClient silo, Teacher teacher) : TeacherService.TeacherServiceBase
    {
        public override Task<Teacher> Describe(DescribeTeacherRequest request, ServerCallContext context)
        {
            Teacher plain = teacher.Clone();
            plain.Name = request.Name;
            plain.Outputs.Remove(plain.Outputs.Single(o => o.Kind == OutputKind.Embedding));
            plain.NamedOutputs.Clear();
            return Task.FromResult(plain);
        }

        public override Task<V1.TokenizerFile> GetTokenizer(DescribeTeacherRequest request, ServerCallContext context) =>
            silo.Teachers.GetTokenizerAsync(new DescribeTeacherRequest { Name = teacher.Name }).ResponseAsync;
    }
}
