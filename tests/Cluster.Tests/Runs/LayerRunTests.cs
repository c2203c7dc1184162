using System.Text.Json.Nodes;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>Runs whose students learn what the layers of served teachers say.</summary>
public class LayerRunTests
{
    [Fact]
    public async Task A_student_learns_from_layers_that_are_asked_for_once_and_kept()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("deep", "transformer");

        Run first = await silo.RunAsync(Recipe(silo, Student(16), Term("cross-entropy"), Term("hidden-mse"), Term("word-relation"), Term("attention-ce")));
        long computed = (await silo.Client.Teachers.ListAsync(new ListTeachersRequest())).Teachers.Single().RowsComputed;
        Run second = await silo.RunAsync(Recipe(silo, Student(8), Term("cross-entropy"), Term("hidden-mse")));

        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (first.State, second.State));
        Assert.True(computed > 0);
        Assert.Equal(0, second.Students[0].TeacherRows);
        StoreStatsReply store = await silo.Client.Cluster.StoreStatsAsync(new StoreStatsRequest());
        // Neither the logits nor the embedding is looked at in training; the logits of the test rows are, for the report.
        Assert.Equal(["attention.1", "hidden.0", "hidden.1", "logits"], store.Sets.Select(s => s.Set.Output).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(60, store.Sets.Where(s => s.Set.Output == "logits").Sum(s => s.Rows));
    }

    /// <summary>From the recipe to the report; what is asked of the teacher is what the losses look at.</summary>
    [Fact]
    public async Task Losses_with_networks_and_memory_of_their_own_are_trained_beside_the_student()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("deep", "transformer");
        JsonObject crd = Term("crd"), alone = Term("nst");
        (crd["negatives"], crd["width"]) = (16, 8);
        alone["probabilityShift"] = true;
        RecipeCheck check = await silo.Client.CheckAsync(Recipe(silo, Student(16), Term("cross-entropy"), alone));
        Assert.Contains("has no \"probabilityShift\"", Assert.Single(check.Errors).What, StringComparison.Ordinal);
        JsonObject crowded = Term("crd");
        (crowded["negatives"], crowded["width"]) = (65_536, 1024);
        RecipeCheck full = await silo.Client.CheckAsync(Recipe(silo, Student(16), Term("cross-entropy"), crowded));
        Assert.Equal("KD1227", Assert.Single(full.Errors).Code);
        Assert.Contains("a step gathers 67109888 numbers for each of", full.Errors[0].What, StringComparison.Ordinal);

        Run run = await silo.RunAsync(Recipe(silo, Student(16), Term("cross-entropy"), Term("vid"), Term("pad"), Term("nst"), Term("cckd"), crd));
        Assert.Equal(RunState.Succeeded, run.State);
        StoreStatsReply store = await silo.Client.Cluster.StoreStatsAsync(new StoreStatsRequest());
        Assert.Equal(["embedding", "hidden.0", "hidden.1", "logits"], store.Sets.Select(s => s.Set.Output).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>All at once, and before anything starts.</summary>
    [Fact]
    public async Task Layers_that_do_not_fit_are_told_by_the_check()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("deep", "transformer");
        await silo.TeacherAsync("bag");
        JsonObject far = Term("hidden-mse"), unprojected = Term("hidden-mse"), heads = Term("attention-mse");
        far["layers"] = new JsonArray(new JsonObject { ["student"] = 3, ["teacher"] = 4 });
        unprojected["projection"] = "none";
        RecipeCheck check = await silo.Client.CheckAsync(Recipe(silo, Student(8, heads: 1), Term("cross-entropy"), far, unprojected, heads, Term("layer-relation")));
        string[] told = [.. check.Errors.Select(e => $"{e.Code} {e.What}")];

        Assert.Equal(6, told.Length);   // the width of either layer
        Assert.Contains(told, t => t.StartsWith("KD1227", StringComparison.Ordinal) && t.Contains("gives no hidden.3", StringComparison.Ordinal));
        Assert.Contains(told, t => t.StartsWith("KD1305", StringComparison.Ordinal) && t.Contains("does not serve hidden.4; it serves logits, embedding", StringComparison.Ordinal));
        Assert.Contains(told, t => t.Contains("hidden.0 is [length, 8] in the student, and hidden.0 [length, 16] in the teacher", StringComparison.Ordinal));
        Assert.Contains(told, t => t.Contains("the student has 1 heads, and the teacher 4", StringComparison.Ordinal));
        Assert.Contains(told, t => t.Contains("compares 3 layers at least, and here are 2", StringComparison.Ordinal));

        RecipeCheck twice = await silo.Client.CheckAsync(Recipe(silo, Student(8), ["deep", "bag"], Term("cross-entropy"), Term("word-relation")));
        Assert.Empty(twice.Errors);   // layer 0 is what both have
    }

    /// <summary>What a teacher's layers say is known before it is trained.</summary>
    [Fact]
    public async Task Layers_of_a_teacher_that_the_run_would_train_are_checked_before()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        JsonObject far = Term("hidden-mse");
        far["layers"] = new JsonArray(new JsonObject { ["student"] = 3, ["teacher"] = 4 });
        RecipeCheck check = await silo.Client.CheckAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["own"], change: r =>
        {
            r["teachers"]![0]!["train"] = JsonNode.Parse("""{ "model": { "kind": "transformer", "embedding": 16, "hidden": 16, "layers": 2 } }""");
            r["student"] = Student(8);
            r["objective"] = new JsonObject { ["terms"] = new JsonArray(Term("cross-entropy"), far) };
        }));
        Assert.Equal(["KD1227", "KD1305"], check.Errors.Select(e => e.Code).Order());
        Assert.Empty((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs);
    }

    private static string Recipe(TinySilo silo, JsonObject student, params JsonObject[] terms) => Recipe(silo, student, ["deep"], terms);

    private static string Recipe(TinySilo silo, JsonObject student, string[] teachers, params JsonObject[] terms) => TinyTask.Recipe(silo.Folder.Path, teachers: teachers, change: r =>
    {
        r["student"] = student;
        r["objective"] = new JsonObject { ["terms"] = new JsonArray([.. terms]) };
    });

    private static JsonObject Student(int width, int heads = 4) => new() { ["kind"] = "transformer", ["embedding"] = width, ["hidden"] = width, ["layers"] = 1, ["heads"] = heads };

    private static JsonObject Term(string loss) => new() { ["loss"] = loss };
}
