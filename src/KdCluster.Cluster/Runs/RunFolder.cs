using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using KdCluster.Cluster.Storage;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// Where a run keeps what it makes: <c>recipe.json</c> (effective), <c>versions.json</c>, <c>students/VARIANT-SEED/</c> (metrics.jsonl,
/// weights.json, best/, last/), <c>results.json</c> and <c>report.md</c>.
/// </summary>
internal sealed record RunFolder(string Root)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public string Recipe => Path.Combine(Root, "recipe.json");

    public string Report => Path.Combine(Root, "report.md");

    public string Results => Path.Combine(Root, "results.json");

    public static RunFolder Of(KdClusterOptions options, string run) => new(Path.Combine(options.SharedFolder, "runs", run));

    public string Student(string variant, long seed) => Path.Combine(Root, "students", $"{variant}-{seed}");

    /// <summary>Makes the folder and writes what is known from the start.</summary>
    public async Task CreateAsync(Recipe recipe, KdClusterOptions options)
    {
        Directory.CreateDirectory(Root);
        await AtomicFile.WriteAsync(Recipe, Encoding.UTF8.GetBytes(RecipeWriter.Write(recipe with { Store = Secrets.Hide(recipe.Store) })));
        Dictionary<string, object> versions = new()
        {
            ["kdcluster"] = KdVersion.Text,
            ["recipe"] = RecipeHash.Of(recipe),
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["os"] = RuntimeInformation.OSDescription,
            ["torch"] = TorchRuntime.Describe(),
            ["orleans"] = KdVersion.Orleans,
            ["threads"] = options.TorchThreads,
            ["seeds"] = recipe.Training.Seeds,
        };
        await AtomicFile.WriteAsync(Path.Combine(Root, "versions.json"), JsonSerializer.SerializeToUtf8Bytes(versions, s_json));
    }
}
