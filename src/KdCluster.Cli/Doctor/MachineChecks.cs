using System.Runtime.InteropServices;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;

namespace KdCluster.Cli.Doctor;

/// <summary>The machine: its cores, memory and disk.</summary>
internal static class MachineChecks
{
    private const long LittleDisk = 2L << 30;
    private const long NoDisk = 100L << 20;

    /// <summary>Program, system, cores, memory.</summary>
    public static Task<IReadOnlyList<Check>> MachineAsync() => Task.FromResult<IReadOnlyList<Check>>(
    [
        Check.Ok("program", $"kd {CliProgram.Version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}"),
        Check.Ok("machine", $"{Environment.ProcessorCount} core(s), {Human.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} memory"),
    ]);

    /// <summary>Whether the home can be written, and the room on its disk.</summary>
    public static Task<IReadOnlyList<Check>> HomeAsync(KdHome home)
    {
        Directory.CreateDirectory(home.Folder);
        string probe = Path.Combine(home.Folder, $".doctor-{Environment.ProcessId}");
        File.WriteAllText(probe, "");
        File.Delete(probe);
        long free = new DriveInfo(home.Folder).AvailableFreeSpace;
        (CheckState state, string? remedy) = free switch
        {
            < NoDisk => (CheckState.Fail, "Free some space, or choose another home with --home or KD_HOME."),
            < LittleDisk => (CheckState.Warn, "Checkpoints and soft targets need room: free some space, or choose another home with --home or KD_HOME."),
            _ => (CheckState.Ok, (string?)null),
        };
        return Task.FromResult<IReadOnlyList<Check>>([new Check("home", state, $"{home.Folder}, {Human.Bytes(free)} free", remedy)]);
    }
}
