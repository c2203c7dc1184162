using System.Text.Json;

namespace KdCluster.Cluster;

/// <summary>Where the silo of a home listens, as its file <c>silo.json</c> says.</summary>
/// <param name="Address">For <c>KdClient</c>.</param>
/// <param name="ProcessId">The silo's process.</param>
public sealed record SiloAddress(string Address, int ProcessId)
{
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static string FileOf(string home) => Path.Combine(home, "silo.json");

    /// <summary>Reads the file; null when there is none, or it is not whole. A silo that was killed leaves its file: check that it answers.</summary>
    public static SiloAddress? Read(string home)
    {
        try
        {
            return JsonSerializer.Deserialize<SiloAddress>(File.ReadAllBytes(FileOf(home)), Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
