using System.Diagnostics;
using System.Text.Json;

namespace KdCluster.Cli.Silos;

/// <summary>What a silo writes into its home: where it listens, and which process it is.</summary>
/// <param name="Address">Such as <c>http://127.0.0.1:5200</c>.</param>
/// <param name="ProcessId">The process.</param>
internal sealed record SiloFile(string Address, int ProcessId)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>The silo that a home names, if its process lives; null otherwise.</summary>
    public static SiloFile? ReadLive(KdHome home)
    {
        try
        {
            SiloFile? file = JsonSerializer.Deserialize<SiloFile>(File.ReadAllText(home.SiloFile), Options);
            return file is { Address.Length: > 0 } && Lives(file.ProcessId) ? file : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;   // none, or one cut short by a crash: no live silo either way
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
