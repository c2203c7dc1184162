using System.Diagnostics;
using System.Text.Json;

namespace KdCluster.Cluster;

/// <summary>Where the silo of a home listens, as its file <c>silo.json</c> says.</summary>
/// <param name="Address">For <c>KdClient</c>.</param>
/// <param name="ProcessId">The silo's process.</param>
public sealed record HomeSilo(string Address, int ProcessId)
{
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static string FileOf(string home) => Path.Combine(home, "silo.json");

    /// <summary>The silo that a home names, if its process lives; null otherwise. A process may have the number of one that was killed: check that it answers.</summary>
    public static HomeSilo? ReadLive(string home) => Read(home) is { Address.Length: > 0 } found && Lives(found.ProcessId) ? found : null;

    /// <summary>Reads the file; null when there is none, or it is not whole. A silo that was killed leaves its file behind.</summary>
    public static HomeSilo? Read(string home)
    {
        try
        {
            return JsonSerializer.Deserialize<HomeSilo>(File.ReadAllBytes(FileOf(home)), Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static bool Lives(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
