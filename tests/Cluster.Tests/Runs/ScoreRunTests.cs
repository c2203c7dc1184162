using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Cli.Commands;
using KdCluster.Client;
using KdCluster.SoftTargets;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>The task text-regression from the files to the report, with served teachers and such that the run trains.</summary>
public class ScoreRunTests
{
    private static readonly string[] OfClasses = ["accuracy", "class", "macro F1", "calibration", "cross-entropy", "istillation score", "NaN"];

    [Fact]
    public async Task Students_learn_scores_from_served_teachers_and_another_student_asks_none()
    {
        await using TinySilo silo = await StartAsync();
        Teacher teacher = await TeacherAsync(silo, "one", "bag-of-embeddings");
        await TeacherAsync(silo, "two", "text-cnn");
        Assert.Equal(["score"], teacher.Labels);
        Assert.Equal(("score", V1.ElementType.Float32), (teacher.NamedOutputs[0].Name, teacher.NamedOutputs[0].Element));
        Assert.True(teacher.Figures["pearson"] > 0.5 && double.IsNaN(teacher.Accuracy));
        Assert.DoesNotContain(teacher.Outputs, o => o.Kind == OutputKind.Logits);
        string table = string.Join('\n', TeacherListCommand.Of([teacher]).Lines());
        Assert.Contains("Pearson 0.", table, StringComparison.Ordinal);
        Assert.Contains("score", table, StringComparison.Ordinal);

        Run first = await silo.RunAsync(TinyScores.Recipe(silo.Folder.Path, teachers: ["one", "two"], change: r => r["baselines"] = new JsonArray("alone", "best-single")));
        Run second = await silo.RunAsync(TinyScores.Recipe(silo.Folder.Path, kind: "text-cnn", teachers: ["two", "one"], change: r =>
        {
            r["objective"] = new JsonObject { ["terms"] = new JsonArray(new JsonObject { ["loss"] = "mse" }, new JsonObject { ["loss"] = "absolute-error", ["weight"] = 0.5 }) };
            r["weighting"]!["kind"] = "random-single";
        }));

        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (first.State, second.State));
        Assert.Equal(2 * (240 + 60), first.Students.Sum(s => s.TeacherRows) + 120);   // the report's rows are not the students'
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));
        Assert.All([.. first.Students, .. second.Students], s =>
        {
            Assert.Equal("pearson", s.Metric);
            Assert.Equal(["mse", "pearson", "spearman"], s.TestFigures.Keys.Order(StringComparer.Ordinal));
            Assert.True(s.TestFigures["pearson"] > 0.5, $"{s.Variant} {s.TestFigures["pearson"]}");
            Assert.True(double.IsNaN(s.TestAccuracy) && double.IsNaN(s.ValidationAccuracy));
        });

        string report = (await silo.Client.Run(first.Id).ReportAsync()).Markdown, folder = first.Folder;
        Assert.Contains("Pearson, Spearman, MSE on 60 test rows", report, StringComparison.Ordinal);
        Assert.Contains("teacher 1 one", report, StringComparison.Ordinal);
        string results = await File.ReadAllTextAsync(Path.Combine(folder, "results.json"));
        Assert.All(OfClasses, word => Assert.DoesNotContain(word, report, StringComparison.OrdinalIgnoreCase));
        JsonElement uniform = JsonDocument.Parse(results).RootElement.GetProperty("students")[0];
        Student student = first.Students.Single(s => s.Variant == "uniform");
        Assert.Equal(student.TestFigures["pearson"], uniform.GetProperty("figures").GetProperty("pearson").GetProperty("values")[0].GetDouble());
        Assert.Equal(JsonValueKind.Null, uniform.GetProperty("figures").GetProperty("mse").GetProperty("deviation").ValueKind);
        Assert.False(uniform.TryGetProperty("accuracy", out _));
        Assert.Equal(JsonValueKind.Null, uniform.GetProperty("score").ValueKind);
    }

    [Fact]
    public async Task A_run_trains_its_teachers_and_its_stages_report_scores()
    {
        await using TinySilo silo = await StartAsync();
        Run run = await silo.RunAsync(TinyScores.Recipe(silo.Folder.Path, change: r =>
        {
            r["teachers"] = new JsonArray(new JsonObject { ["name"] = "own", ["train"] = new JsonObject { ["model"] = new JsonObject { ["kind"] = "bag-of-embeddings", ["embedding"] = 16, ["hidden"] = 32 } } });
            r["training"]!["seeds"] = new JsonArray(1, 2);
            r["baselines"] = new JsonArray("alone");
            r["stages"] = new JsonArray(
                new JsonObject { ["name"] = "soft", ["objective"] = new JsonObject { ["alpha"] = 1 }, ["select"] = "mse" },
                new JsonObject { ["name"] = "hard", ["teachers"] = new JsonArray("stage:soft"), ["init"] = "previous.best" });
        }));
        Assert.Equal(RunState.Succeeded, run.State);
        string report = (await silo.Client.Run(run.Id).ReportAsync()).Markdown;
        Assert.Matches(@"\| stage +\| +taught by \| +weights \| +Pearson \| +Spearman \| +MSE \|", report);
        Assert.Contains("stages − alone:", report, StringComparison.Ordinal);
        Assert.Contains(" Pearson, seed by seed", report, StringComparison.Ordinal);
        Assert.All(OfClasses, word => Assert.DoesNotContain(word, report, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_teacher_on_another_silo_gives_the_same_student_as_one_in_the_same_process()
    {
        await using TinySilo here = await StartAsync(), there = await StartAsync();
        await TeacherAsync(here, "one", "bag-of-embeddings");
        await TeacherAsync(there, "one", "bag-of-embeddings");
        Run local = await here.RunAsync(TinyScores.Recipe(here.Folder.Path, teachers: ["one"])), remote = await here.RunAsync(TinyScores.Recipe(here.Folder.Path, teachers: [$"one@{there.Silo.Address}"]));
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (local.State, remote.State));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(local.Students[0].Checkpoint, "model.safetensors")),
            await File.ReadAllBytesAsync(Path.Combine(remote.Students[0].Checkpoint, "model.safetensors")));
    }

    [Fact]
    public async Task Commands_show_scores_and_their_figures()
    {
        await using TinySilo silo = await StartAsync();
        Teacher teacher = await TeacherAsync(silo, "one", "bag-of-embeddings");
        string recipe = silo.Folder.File("scores.json"), classes = silo.Folder.File("classes.json");
        await File.WriteAllTextAsync(recipe, TinyScores.Recipe(silo.Folder.Path));
        await File.WriteAllTextAsync(classes, TinyTask.Recipe(silo.Folder.Path));

        string[] predicted = (await KdAsync("student", "predict", teacher.Checkpoint, "--text", "w0 w1 w0 w1", "--text", "w28 w29 w28 w29")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        double[] scores = [.. predicted.Select(p => JsonDocument.Parse(p).RootElement.GetProperty("score").GetDouble())];
        Assert.True(scores[0] < scores[1], $"{scores[0]} {scores[1]}");
        Assert.Equal("{\"score\":", predicted[0][..9]);

        string ours = await KdAsync("student", "evaluate", teacher.Checkpoint, "--recipe", recipe), theirs = await KdAsync("teacher", "evaluate", "one", "--recipe", recipe, "--silo", silo.Silo.Address);
        Assert.Matches(@"^test Pearson 0\.\d{4}  Spearman 0\.\d{4}  MSE \d\.\d{4}  60 rows", ours);
        Assert.Contains(ours.Trim()[..40], theirs, StringComparison.Ordinal);
        Assert.Matches(@"Pearson 0\.\d{4}", await KdAsync("run", "list", "--silo", silo.Silo.Address));

        CliHarness wrong = new();
        Assert.NotEqual(0, await wrong.RunAsync("student", "evaluate", teacher.Checkpoint, "--recipe", classes));
        Assert.Contains("KD1106", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("the rows are labelled with classes, and the model gives a score", wrong.Error, StringComparison.Ordinal);

        static async Task<string> KdAsync(params string[] args)
        {
            CliHarness kd = new();
            Assert.True(await kd.RunAsync(args) == 0, kd.Error);
            return kd.Output;
        }
    }

    /// <summary>Another inference server may have models of scores too: ours offers its teachers by that protocol, and asks them so.</summary>
    [Fact]
    public async Task A_score_by_the_open_inference_protocol_gives_the_same_student()
    {
        await using TinySilo here = await StartAsync(), there = await StartAsync();
        await TeacherAsync(here, "one", "bag-of-embeddings");
        Teacher far = await TeacherAsync(there, "one", "bag-of-embeddings");
        Run local = await here.RunAsync(TinyScores.Recipe(here.Folder.Path, teachers: ["one"])), remote = await here.RunAsync(TinyScores.Recipe(here.Folder.Path, change: r => r["teachers"] = new JsonArray(
            new JsonObject { ["name"] = "one", ["endpoint"] = $"oip://{new Uri(there.Silo.Address).Authority}", ["tokenizer"] = Path.Combine(far.Checkpoint, "tokenizer.json") })));
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (local.State, remote.State));
        Assert.True(remote.Students.Sum(s => s.TeacherRows) > 0);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(local.Students[0].Checkpoint, "model.safetensors")),
            await File.ReadAllBytesAsync(Path.Combine(remote.Students[0].Checkpoint, "model.safetensors")));
    }

    [Fact]
    public async Task Teachers_of_classes_and_encodings_of_logits_are_refused_before_anything_starts()
    {
        await using TinySilo silo = await StartAsync();
        await silo.TeacherAsync("classes");
        Teacher scores = await TeacherAsync(silo, "scores", "bag-of-embeddings");
        RecipeCheck wrong = await silo.Client.CheckAsync(TinyScores.Recipe(silo.Folder.Path, teachers: ["classes"]), "r.json", CancellationToken.None);
        RecipeCheck other = await silo.Client.CheckAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["scores"]), "r.json", CancellationToken.None);
        Assert.Contains(wrong.Errors, e => e.Code == "KD1307" && e.Remedy.Contains("name a teacher of the run's task", StringComparison.Ordinal));
        Assert.Contains(other.Errors, e => e.Code == "KD1307");
        Assert.Equal(3, wrong.Data.Scores.Count);
        Assert.Empty(wrong.Data.Classes);
        Grpc.Core.RpcException refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await silo.Client.Teachers.DeployAsync(
            new DeployTeacherRequest { Name = "top", Checkpoint = scores.Checkpoint, Element = V1.ElementType.TopK, TopK = 1 }));
        Assert.Equal("KD1324", refused.ToKd("silo").Code);
    }

    private static async Task<TinySilo> StartAsync()
    {
        TinySilo silo = await TinySilo.StartAsync();
        TinyScores.Write(silo.Folder.Path);
        return silo;
    }

    private static async Task<Teacher> TeacherAsync(TinySilo silo, string name, string kind)
    {
        Run run = await silo.RunAsync(TinyScores.Recipe(silo.Folder.Path, $"teacher-{name}", kind));
        Assert.Equal(RunState.Succeeded, run.State);
        return await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = run.Students[0].Checkpoint });
    }
}
