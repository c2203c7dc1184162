using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using KdCluster.Cluster.Storage;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// Where a run keeps what it makes: <c>recipe.json</c> (effective), <c>versions.json</c>, <c>inputs.json</c>, <c>policy.safetensors</c> (where it began with one), <c>students/VARIANT-SEED/</c> (metrics.jsonl,
/// weights.json, best/, last/), <c>results.json</c> and <c>report.md</c>.
/// </summary>
internal sealed record RunFolder(string Root)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public string Recipe => Path.Combine(Root, "recipe.json");

    /// <summary>What it began with, <see cref="RunInputs"/>.</summary>
    public string Inputs => Path.Combine(Root, "inputs.json");

    /// <summary>The learned policy that it began with, where its recipe names one.</summary>
    public string Policy => Path.Combine(Root, "policy.safetensors");

    public string Report => Path.Combine(Root, "report.md");

    public string Results => Path.Combine(Root, "results.json");

    public static RunFolder Of(KdClusterOptions options, string run) => new(Path.Combine(options.SharedFolder, "runs", run));

    private string Versions => Path.Combine(Root, "versions.json");

    public string Student(string variant, long seed) => Path.Combine(Root, "students", $"{variant}-{seed}");

    /// <summary>What came of each stage of a student that has several.</summary>
    public string Stages(string variant, long seed) => Path.Combine(Student(variant, seed), "stages.json");

    /// <summary>Threads inside one tensor operation that the run computes with; null where it has not begun.</summary>
    public int? Threads()
    {
        try
        {
            using JsonDocument versions = JsonDocument.Parse(File.ReadAllBytes(Versions));
            return versions.RootElement.TryGetProperty("threads", out JsonElement threads) && threads.TryGetInt32(out int count) ? count : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Refuses to compute with another number of threads: it would make other students.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="wanted">What the run computes with.</param>
    /// <param name="here">What this silo computes with.</param>
    public static KdException OtherThreads(string run, int wanted, int here) => new(
        "KD1505", $"the run computes with {wanted} thread(s) inside one operation, and this silo with {here}: the students would differ.", $"run {run}",
        $"Start a silo with --torch-threads {wanted} (KD_TORCH_THREADS={wanted}) and resume the run there, or start it anew.");

    /// <summary>Makes the folder and writes what is known from the start.</summary>
    public void Create(Recipe recipe, int threads)
    {
        Directory.CreateDirectory(Root);
        AtomicFile.Write(Recipe, Encoding.UTF8.GetBytes(RecipeWriter.Write(recipe with { Store = Secrets.Hide(recipe.Store) })));
        Dictionary<string, object> versions = new()
        {
            ["kdcluster"] = KdVersion.Text,
            ["recipe"] = RecipeHash.Of(recipe),
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["os"] = RuntimeInformation.OSDescription,
            ["torch"] = TorchRuntime.Describe(),
            ["orleans"] = KdVersion.Orleans,
            ["threads"] = threads,
            ["seeds"] = recipe.Training.Seeds,
        };
        AtomicFile.Write(Versions, JsonSerializer.SerializeToUtf8Bytes(versions, s_json));
    }
}
