using KdCluster.Cli.Cache;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd cache clear</c>.</summary>
internal static class CacheClearCommand
{
    private static readonly Option Teacher = new("teacher", "NAME", "Delete those of a deployed teacher");
    private static readonly Option Fingerprint = new("fingerprint", "HEX", "Delete those of a fingerprint; its first digits are enough");
    private static readonly Option All = new("all", null, "Delete all; needs --yes");

    public static readonly Command Definition = new()
    {
        Path = "cache clear",
        Summary = "Delete kept soft targets.",
        Options = [Teacher, Fingerprint, All, CommonOptions.Yes, .. CommonOptions.Connection],
        Example = "kd cache clear --teacher docs-text-cnn",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        if (new[] { Teacher, Fingerprint, All }.Count(invocation.Has) != 1)
            throw new KdException("KD1703", "the soft targets to delete are not named.", "kd cache clear", "Give one of --teacher NAME, --fingerprint HEX, or --all --yes.");
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            long rows = 0;
            foreach (string fingerprint in await ChooseAsync(invocation, silo, stop).ConfigureAwait(false))
                rows += await silo.StoreClearAsync(fingerprint, stop).ConfigureAwait(false);
            invocation.Terminal.Write($"{Human.Count(rows)} rows deleted.");
            return ExitCode.Ok;
        });
    }

    /// <summary>Those of all of a teacher's outputs.</summary>
    internal static IEnumerable<string> Fingerprints(Teacher teacher) => teacher.Outputs.Select(o => o.TeacherFingerprint).Concat(teacher.NamedOutputs.Select(o => o.TeacherFingerprint)).Distinct();

    private static async Task<IEnumerable<string>> ChooseAsync(Invocation invocation, SiloConnection silo, CancellationToken stop)
    {
        if (invocation.Value(Teacher) is { } name)
            return Fingerprints(await silo.DescribeAsync(name, stop).ConfigureAwait(false));
        StoreStatsReply stats = await silo.StoreStatsAsync(stop).ConfigureAwait(false);
        if (invocation.Value(Fingerprint) is { } given)
            return [Match(given, stats)];
        return invocation.Has(CommonOptions.Yes)
            ? [""]
            : throw new KdException("KD1703", $"this would delete {Human.Count(stats.Sets.Sum(s => s.Rows))} rows.", "--all", "Add --yes to delete them all.");
    }

    private static string Match(string given, StoreStatsReply stats)
    {
        string[] matches = [.. stats.Sets.Select(s => s.Set.TeacherFingerprint).Distinct().Where(f => f.StartsWith(given, StringComparison.OrdinalIgnoreCase))];
        return matches.Length == 1
            ? matches[0]
            : throw new KdException("KD1704", $"{(matches.Length == 0 ? "no" : Human.Count(matches.Length))} kept fingerprints begin with '{given}'.", "--fingerprint", "kd cache stats shows them.");
    }
}
