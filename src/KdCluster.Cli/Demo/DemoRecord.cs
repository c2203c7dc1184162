using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Demo;

/// <summary>What the last demo of a home came to, for the next one to compare itself with.</summary>
/// <param name="RecipeHash">The students' recipe.</param>
/// <param name="Torch">The libtorch that computed it: another one rounds differently.</param>
/// <param name="Run">The run.</param>
/// <param name="Seconds">How long the whole demo took.</param>
/// <param name="TestAccuracies">By weighting and seed, 0 to 1.</param>
internal sealed record DemoRecord(string RecipeHash, string Torch, string Run, double Seconds, SortedDictionary<string, double> TestAccuracies)
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The record of a run.</summary>
    public static DemoRecord Of(Run run, string torch, double seconds) => new(
        run.RecipeHash, torch, run.Id, seconds, new SortedDictionary<string, double>(run.Students.ToDictionary(s => $"{s.Variant}/{s.Seed}", s => s.TestAccuracy), StringComparer.Ordinal));

    /// <summary>The last record; null when there is none, or one that cannot be read.</summary>
    public static DemoRecord? Read(KdHome home, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<DemoRecord>(File.ReadAllText(PathOf(home, name)), Options);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps it for the next demo.</summary>
    public void Write(KdHome home, string name) => File.WriteAllText(PathOf(home, name), JsonSerializer.Serialize(this, Options));

    /// <summary>Whether another record is of the same work, so that its numbers must be the same.</summary>
    public bool IsOfSameWork(DemoRecord other) => (RecipeHash, Torch) == (other.RecipeHash, other.Torch);

    /// <summary>Whether every number is the same, to the last bit.</summary>
    public bool HasSameNumbers(DemoRecord other) => TestAccuracies.SequenceEqual(other.TestAccuracies);

    private static string PathOf(KdHome home, string name) => Path.Combine(home.Folder, $"{name}.last.json");
}
