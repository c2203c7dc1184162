using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Cluster.Runs;
using KdCluster.Recipes;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Tests.Runs;

/// <summary>What users are told of the data of a run, and of the texts that its student classifies.</summary>
public class RunDataTests
{
    /// <summary>Of many rows it takes minutes, and a check, the start and the run want the same one.</summary>
    [Fact]
    public async Task Data_are_looked_through_once_for_all_who_ask()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Recipe recipe = RecipeReader.Read(TinyTask.Recipe(silo.Folder.Path), "r.json");
        await using RunContext one = await ContextAsync(), other = await ContextAsync();
        Assert.Same(one.Profile, other.Profile);

        Task<RunContext> ContextAsync() => silo.Silo.Services.GetRequiredService<RunContextFactory>().CreateAsync(recipe, null, _ => Task.CompletedTask, CancellationToken.None);
    }

    [Fact]
    public async Task Without_test_rows_there_is_no_test_accuracy_and_the_report_keeps_what_was_seen_of_the_data()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, change: r =>
        {
            r["data"]!.AsObject().Remove("test");
            r["data"]!["maxLength"] = 8;
            r["data"]!["labels"] = new JsonArray("0", "1", "2", "3");
        }));

        Student student = Assert.Single(run.Students);
        Assert.True(double.IsNaN(student.TestAccuracy));
        Assert.True(student.ValidationAccuracy > 0.34);
        RunReport report = await silo.Client.Run(run.Id).ReportAsync();
        Assert.Contains("accuracy on 60 validation rows", report.Markdown, StringComparison.Ordinal);
        Assert.Contains("warning: a class without training rows, which nothing can learn: '3'.", report.Markdown, StringComparison.Ordinal);
        JsonNode results = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(Path.Combine(run.Folder, "results.json")))!;
        Assert.Equal("validation", (string?)results["judgedOn"]);
        Assert.Equal(student.ValidationAccuracy, (double)results["students"]![0]!["accuracies"]![0]!);
        Assert.Equal([240, 60], results["data"]!["splits"]!.AsArray().Select(s => (int)s!["rows"]!));
        Assert.Equal([0, 0], results["data"]!["classes"]![3]!["rows"]!.AsArray().Select(n => (int)n!));
        Assert.True((int)results["data"]!["splits"]![0]!["cut"]! > 0);
        Assert.Equal(2, results["data"]!["warnings"]!.AsArray().Count);
    }

    [Fact]
    public async Task Predictions_read_gzip_through_refuse_what_is_no_text_and_say_what_was_cut()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path));
        byte[] texts = Encoding.UTF8.GetBytes("\uFEFFown0x1 own0x2 own0x3\r\nown2x1 own2x2 own2x3\n" + string.Concat(Enumerable.Repeat("own1x1 ", 20)));

        (int code, string output, string error) = await PredictAsync(texts);
        Assert.Equal((0, 3), (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Contains("1 of 3 texts are longer than the model's 16 tokens", error, StringComparison.Ordinal);

        using MemoryStream zipped = new();
        await using (GZipStream gzip = new(zipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(texts);
        }

        Assert.Equal((0, output, error), await PredictAsync(zipped.ToArray()));
        Assert.Equal((0, output, error), await PredictAsync(null, new StreamReader(new MemoryStream(texts))));

        foreach (byte[] broken in (byte[][])[zipped.ToArray()[..^9], [.. zipped.ToArray(), 7], [.. "one\ntwo "u8, 0xE4, .. "\n"u8]])
        {
            (code, _, error) = await PredictAsync(broken);
            Assert.NotEqual(0, code);
            Assert.StartsWith("KD1102", error, StringComparison.Ordinal);
        }

        StreamReader input = new(new MemoryStream([.. "one\n"u8, 0xE4, (byte)'\n']), new UTF8Encoding(false, throwOnInvalidBytes: true));
        (code, _, error) = await PredictAsync(null, input);
        Assert.NotEqual(0, code);
        Assert.StartsWith("KD1102 at standard input", error, StringComparison.Ordinal);

        async Task<(int Code, string Output, string Error)> PredictAsync(byte[]? file, TextReader? input = null)
        {
            string path = silo.Folder.File("texts");
            await System.IO.File.WriteAllBytesAsync(path, file ?? []);
            CliHarness kd = new(input: input);
            int exit = await kd.RunAsync(["student", "predict", run.Students[0].Checkpoint, .. file is null ? Array.Empty<string>() : [path]]);
            return (exit, kd.Output, kd.Error);
        }
    }
}
