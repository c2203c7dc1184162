using System.Diagnostics;
using System.Runtime.InteropServices;
using KdCluster.Grains;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>Loads a TorchScript folder in a process of its own, <c>kd teacher check</c>, before this one does: libtorch ends the process on a program that it cannot compile, such as one with operators that it has not.</summary>
internal static class TorchScriptTrial
{
    private const int Signals = 128;

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(4);

    /// <summary>Why that process ended; null: the folder can be loaded, or is refused in words.</summary>
    public static string? Fault(string folder, TensorNames? names)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "kd.dll"), root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (!File.Exists(program))
        {
            return "it is tried in a process of its own first, and the program kd is not beside this one";
        }

        // Published with its runtime it has a host of its own.
        string dotnet = Path.Combine(root, "dotnet");
        ProcessStartInfo start = File.Exists(dotnet) ? new(dotnet, ["exec", program]) : new(Path.Combine(AppContext.BaseDirectory, "kd"));
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        Array.ForEach(["teacher", "check", folder, .. Options("--input", names?.Inputs), .. Options("--output", names?.Outputs)], start.ArgumentList.Add);
        using Process trial = Process.Start(start)!;
        trial.OutputDataReceived += (_, _) => { };
        trial.BeginOutputReadLine();
        Task<string> said = trial.StandardError.ReadToEndAsync();
        if (!trial.WaitForExit(s_longest))
        {
            trial.Kill(entireProcessTree: true);
            return $"libtorch was not done with it after {s_longest.TotalMinutes:0} minutes";
        }

        return trial.ExitCode > Signals ? $"libtorch ends the process that loads it: {Reason(said.GetAwaiter().GetResult(), trial.ExitCode)}" : null;
    }

    // What C++ says of an exception that nobody has caught; else the signal.
    private static string Reason(string said, int code)
    {
        string[] lines = [.. said[(said.IndexOf("what():", StringComparison.Ordinal) + 1)..].Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];
        return said.Contains("what():", StringComparison.Ordinal) && lines.FirstOrDefault(l => l != "hat():") is { } line ? line.Replace("hat():", "", StringComparison.Ordinal).Trim() : $"signal {code - Signals}";
    }

    private static IEnumerable<string> Options(string option, IReadOnlyDictionary<string, string>? names) => (names ?? new Dictionary<string, string>()).SelectMany(n => (string[])[option, $"{n.Key}={n.Value}"]);
}
