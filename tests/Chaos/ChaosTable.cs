using System.Globalization;
using KdCluster.Cli.Output;

namespace KdCluster.Chaos;

/// <summary>What was done, and what was found.</summary>
internal static class ChaosTable
{
    public static void Write(Terminal terminal, IReadOnlyList<ChaosOutcome> outcomes, IReadOnlyList<string> leaks, ChaosHoldings? growth, int seed)
    {
        var table = new Table("DISTURBANCE", ">RUNS", ">BROKEN", ">PAUSE MEDIAN", ">PAUSE WORST", ">MAY BE");
        foreach (IGrouping<ChaosAct, ChaosOutcome> kind in outcomes.GroupBy(o => o.Act).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            double[] pauses = [.. kind.Select(o => o.Pause).Order()];
            table.Add(kind.Key.Name, $"{kind.Count()}", $"{kind.Count(o => o.Faults.Count > 0)}", Seconds(pauses[pauses.Length / 2]), Seconds(pauses[^1]), kind.Key.Limit is { } limit ? Seconds(limit) : "");
        }

        table.WriteTo(terminal);
        terminal.Write("");
        foreach (ChaosOutcome broken in outcomes.Where(o => o.Faults.Count > 0))
            terminal.Write($"broken: run {broken.Number}, {broken.Act.Name}: {string.Join("; ", broken.Faults)}");
        if (growth is not null)
            terminal.Write(string.Create(CultureInfo.InvariantCulture, $"No silo grew by more, for each run that it lived through, than {growth.Memory / (1 << 20):0.0} MiB, {growth.Descriptors:0.0} files and connections, {growth.Grains:0.0} grains."));
        foreach (string leak in leaks)
            terminal.Write($"leak: {leak}");
        terminal.Write($"{outcomes.Count} runs, seed {seed}: {outcomes.Count(o => o.Faults.Count == 0)} as if nothing had happened, {outcomes.Count(o => o.Faults.Count > 0)} not; {leaks.Count} leak(s).");
    }

    private static string Seconds(double value) => value.ToString("0.0 s", CultureInfo.InvariantCulture);
}
