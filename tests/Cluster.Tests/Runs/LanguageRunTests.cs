using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Cli.Commands;
using KdCluster.Client;
using KdCluster.SoftTargets;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>The task language-modelling from the files to the report: decoders are served, their token scores kept whole or the largest of each token, and learned from.</summary>
public class LanguageRunTests
{
    [Fact]
    public async Task Students_learn_from_decoders_that_are_served_and_another_student_asks_none()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(silo.Folder.Path, "text.txt"), string.Concat(Enumerable.Range(0, 120).Select(i => $"the {(i * 7 % 3 == 0 ? "cat" : "dog")} sees {i % 10} birds.\n")));
        Run made = await silo.RunAsync(Recipe(silo, "gpt2"));
        Assert.Equal(RunState.Succeeded, made.State);
        Teacher whole = await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "whole", Checkpoint = made.Students[0].Checkpoint });
        Teacher top = await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "top", Checkpoint = made.Students[0].Checkpoint, Element = V1.ElementType.TopK, TopK = 4 });
        Assert.Equal(["token-logits", "embedding", "hidden.0", "hidden.1"], whole.NamedOutputs.Select(o => o.Name));
        Assert.Equal([-1, 256], whole.NamedOutputs[0].Shape);
        Assert.Equal((4, 0), (top.NamedOutputs[0].TopK, top.NamedOutputs[1].TopK));
        string table = string.Join('\n', TeacherListCommand.Of([whole]).Lines());
        Assert.Contains("perplexity", table, StringComparison.Ordinal);

        // The largest of each token, at each length: what all scores say.
        SoftTargetRequest request = new() { Teacher = "whole", Tokenizer = whole.Tokenizer, Lengths = { 3, 5 } };
        request.Ids.AddRange([116, 104, 101, 116, 104, 101, 32, 99]);
        request.Outputs.Add("token-logits");
        SoftTargetReply all = await silo.Client.Teachers.GetAsync(request);
        (request.Teacher, request.Element, request.TopK) = ("top", V1.ElementType.TopK, 4);
        SoftTargetReply largest = await silo.Client.Teachers.GetAsync(request);
        Assert.Equal((8 * 256 * 2, 8 * ((6 * 4) + 4)), (all.Rows[0].Length, largest.Rows[0].Length));
        float[] logits = new float[8 * 256];
        RowCodec.Decode(new SoftTargets.SoftTargetSet(new string('1', 64), "token-logits", SoftTargets.ElementType.Float16, 256, 0, whole.LabelSpace), all.Rows[0].Span, logits);
        for (int t = 0; t < 8; t++)
        {
            int[] tokens = new int[4];
            float[] values = new float[4];
            float rest = TopKCodec.Read(largest.Rows[0].Span.Slice(t * 28, 28), tokens, values);
            float[] row = logits[(t * 256)..((t + 1) * 256)];
            Assert.Equal(row.OrderDescending().Take(4), values);
            Assert.Equal(1 - (values.Sum(v => Math.Exp(v)) / row.Sum(v => Math.Exp(v))), rest, 1e-3);
        }

        Run first = await silo.RunAsync(Recipe(silo, "llama", ["whole", "top"], r => r["baselines"] = new JsonArray("alone", "best-single", "reinforced")));
        Run second = await silo.RunAsync(Recipe(silo, "gpt2", ["top", "whole"]));
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (first.State, second.State));
        Assert.True(first.Students.Sum(s => s.TeacherRows) > 0);
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));
        Assert.All([.. first.Students, .. second.Students], s => Assert.Equal(["cross_entropy", "perplexity"], s.ValidationFigures.Keys.Order(StringComparer.Ordinal)));
        string report = (await silo.Client.Run(first.Id).ReportAsync()).Markdown;
        Assert.Contains("teacher 1 whole", report, StringComparison.Ordinal);
        Assert.Contains("perplexity, cross-entropy on", report, StringComparison.Ordinal);
        Assert.DoesNotContain("correlation", report, StringComparison.Ordinal);
        // The same model: of what it did not keep the report knows the sum alone.
        double[] figures = [.. report.Split('\n').Where(l => l.StartsWith("| teacher ", StringComparison.Ordinal)).Select(l => double.Parse(l.Split('|')[2].Trim(), System.Globalization.CultureInfo.InvariantCulture))];
        Assert.True(figures[0] < figures[1] && figures[1] < 256, string.Join(' ', figures));

        await CommandsAsync(silo, whole);

        // Other tokens are refused before anything starts.
        Run longer = await silo.RunAsync(Recipe(silo, "gpt2", change: r => r["data"]!["maxLength"] = 24));
        await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "longer", Checkpoint = longer.Students[0].Checkpoint });
        KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.RunAsync(Recipe(silo, "gpt2", ["whole", "longer"])));
        Assert.All(refused.Errors, e => Assert.Equal("KD1304", e.Code));
        // Also where the run would train a teacher: it reads bytes, or what its own folder reads with.
        string Trained(JsonObject model, params string[] teachers) => Recipe(silo, "gpt2", teachers, r => ((JsonArray)(r["teachers"] ??= new JsonArray())).Add(new JsonObject { ["name"] = "made", ["train"] = new JsonObject { ["model"] = model } }));
        JsonObject Small() => new() { ["kind"] = "gpt2", ["embedding"] = 16, ["hidden"] = 32, ["heads"] = 2, ["layers"] = 1 };
        JsonObject Begun() => new() { ["kind"] = "gpt2", ["pretrained"] = longer.Students[0].Checkpoint };
        Assert.Contains("KD1304", await CheckedAsync(Trained(Small(), "longer")));
        Assert.Contains("KD1304", await CheckedAsync(Trained(Begun(), "whole")));
        Assert.Empty(await CheckedAsync(Trained(Small(), "whole")));
        Assert.Empty(await CheckedAsync(Trained(Begun(), "longer")));
        async Task<string[]> CheckedAsync(string recipe) => [.. (await silo.Client.CheckAsync(recipe, "recipe.json", CancellationToken.None)).Errors.Select(e => e.Code)];
        Assert.Equal("KD1324", (await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await silo.Client.Teachers.DeployAsync(
            new DeployTeacherRequest { Name = "all", Checkpoint = made.Students[0].Checkpoint, Element = V1.ElementType.TopK, TopK = 256 }))).ToKd("silo").Code);
    }

    private static async Task CommandsAsync(TinySilo silo, Teacher teacher)
    {
        string recipe = silo.Folder.File("language.json");
        await File.WriteAllTextAsync(recipe, Recipe(silo, "gpt2"));
        string text = JsonDocument.Parse(await KdAsync(0, "student", "predict", teacher.Checkpoint, "--text", "the d", "--tokens", "6")).RootElement.GetProperty("text").GetString()!;
        Assert.StartsWith("the d", text, StringComparison.Ordinal);
        string[] draw = ["student", "predict", teacher.Checkpoint, "--text", "the d", "--temperature", "2", "--top-p", "0.9", "--seed", "4"];
        Assert.Equal(await KdAsync(0, draw), await KdAsync(0, draw));
        Assert.NotEqual(await KdAsync(0, draw), await KdAsync(0, [.. draw[..^1], "5"]));
        Assert.Contains("KD1704 at --seed", await KdAsync(1, "student", "predict", teacher.Checkpoint, "--text", "the d", "--seed", "1"), StringComparison.Ordinal);
        Assert.Contains("the text has 16 tokens", await KdAsync(1, "student", "predict", teacher.Checkpoint, "--text", "0123456789abcdef"), StringComparison.Ordinal);
        Assert.Contains("KD1704 at --pair", await KdAsync(1, "student", "predict", teacher.Checkpoint, "--text", "the d", "--pair", "og"), StringComparison.Ordinal);
        string texts = silo.Folder.File("texts.txt");
        await File.WriteAllLinesAsync(texts, ["the c", "", "the d", "0123456789abcdef"]);
        CliHarness lines = new();
        Assert.NotEqual(0, await lines.RunAsync("student", "predict", teacher.Checkpoint, texts));
        Assert.Equal("", lines.Output);
        Assert.Contains($"KD1704 at {texts}:2", lines.Error, StringComparison.Ordinal);
        Assert.Contains($"KD1704 at {texts}:4", lines.Error, StringComparison.Ordinal);
        Assert.Matches(@"^validation perplexity \d+\.\d{4}  cross-entropy \d\.\d{4}  \d+ tokens", await KdAsync(0, "student", "evaluate", teacher.Checkpoint, "--recipe", recipe, "--split", "validation"));
        Assert.Contains("KD1704", await KdAsync(1, "teacher", "evaluate", "whole", "--recipe", recipe, "--split", "validation", "--silo", silo.Silo.Address), StringComparison.Ordinal);
        Assert.Contains("KD1240", await KdAsync(1, "student", "export", teacher.Checkpoint, silo.Folder.File("onnx"), "--onnx"), StringComparison.Ordinal);

        static async Task<string> KdAsync(int exit, params string[] args)
        {
            CliHarness kd = new();
            int code = await kd.RunAsync(args);
            Assert.True((code == 0) == (exit == 0), $"{code}: {kd.Error}");
            return exit == 0 ? kd.Output : kd.Error;
        }
    }

    private static string Recipe(TinySilo silo, string kind, string[]? teachers = null, Action<JsonObject>? change = null) => TinyTask.Recipe(silo.Folder.Path, kind: kind, teachers: teachers, change: r =>
    {
        r["task"] = "language-modelling";
        r["data"] = new JsonObject { ["train"] = Path.Combine(silo.Folder.Path, "text.txt"), ["maxLength"] = 16 };
        r["student"]!["heads"] = 2;
        change?.Invoke(r);
    });
}
