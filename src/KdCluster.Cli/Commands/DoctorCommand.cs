using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Doctor;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd doctor</c>.</summary>
internal static class DoctorCommand
{
    public static readonly Command Definition = new()
    {
        Path = "doctor",
        Summary = "Check this machine: devices, libtorch, packages, store, disk, data. Says what to repair.",
        Options = [CommonOptions.Device, .. CommonOptions.Connection],
        Remarks = "Exit code 1 when a check fails.",
        Example = "kd doctor --store redis://127.0.0.1:6379",
        Run = RunAsync,
    };

    /// <summary>A check as it is printed.</summary>
    internal static IEnumerable<string> Lines(Check check, Terminal terminal)
    {
        (string word, AnsiColor color) = check.State switch
        {
            CheckState.Ok => ("ok  ", AnsiColor.Green),
            CheckState.Warn => ("warn", AnsiColor.Yellow),
            _ => ("FAIL", AnsiColor.Red),
        };
        yield return $"{terminal.Paint(word, color)}  {check.Name,-13}  {check.Text}";
        if (check.Remedy is { } remedy)
            yield return $"{"",21}{remedy}";
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        KdHome home = KdHome.Of(invocation);
        (string Name, Func<Task<IReadOnlyList<Check>>> Look)[] looks =
        [
            ("machine", MachineChecks.MachineAsync),
            ("packages", PackageChecks.PackagesAsync),
            ("libtorch", () => TorchChecks.LibtorchAsync(SiloStarter.Options(invocation), SettingSources.Find(invocation, "device"))),
            ("blas", () => TorchChecks.SpeedAsync(SiloStarter.Options(invocation), invocation.Context.Time)),
            ("home", () => MachineChecks.HomeAsync(home)),
            ("store", () => StoreChecks.SiloAndStoreAsync(invocation, home, stop)),
            ("data", () => DataChecks.DataAsync(invocation.Context)),
        ];
        CheckState worst = CheckState.Ok;
        foreach ((string name, Func<Task<IReadOnlyList<Check>>> look) in looks)
        {
            foreach (Check check in await Check.LookAsync(name, look).ConfigureAwait(false))
            {
                worst = check.State > worst ? check.State : worst;
                foreach (string line in Lines(check, invocation.Terminal))
                    invocation.Terminal.Write(line);
            }
        }

        return worst == CheckState.Fail ? ExitCode.Failed : ExitCode.Ok;
    }
}
