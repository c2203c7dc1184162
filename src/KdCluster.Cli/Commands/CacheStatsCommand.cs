using KdCluster.Cli.Cache;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd cache stats</c>.</summary>
internal static class CacheStatsCommand
{
    public static readonly Command Definition = new()
    {
        Path = "cache stats",
        Summary = "Show which soft targets are kept, and the store's statistics since the silos started.",
        Options = CommonOptions.Connection,
        Example = "kd cache stats",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            StoreStatsReply stats = await silo.StoreStatsAsync(stop).ConfigureAwait(false);
            Of(stats, await silo.ListAsync(stop).ConfigureAwait(false)).WriteTo(invocation.Terminal);
            invocation.Terminal.Write("");
            invocation.Terminal.Write(
                $"{stats.Id}: {Human.Bytes(stats.Bytes)}{(stats.Available ? "" : ", not reachable")}; since the silos started {Human.Count(stats.Hits)} hits, "
                + $"{Human.Count(stats.Misses)} misses, {Human.Count(stats.Damaged)} damaged, {Human.Count(stats.Dropped)} dropped.");
            if (stats.Trouble is { } trouble)
                invocation.Terminal.Write(trouble.ToError().ToString());
            return stats.Available && stats.Trouble is null ? ExitCode.Ok : ExitCode.Failed;
        }),
    };

    /// <summary>The table; a fingerprint that a deployed teacher has is named by it.</summary>
    internal static Table Of(StoreStatsReply stats, IEnumerable<Teacher> teachers)
    {
        ILookup<string, string> names = teachers.SelectMany(CacheClearCommand.Fingerprints, (t, f) => (TeacherFingerprint: f, t.Name)).ToLookup(p => p.TeacherFingerprint, p => p.Name);
        var table = new Table("FINGERPRINT", "TEACHER", "KIND", "ELEMENT", ">WIDTH", ">ROWS", ">BYTES");
        foreach (StoredSet kept in stats.Sets.OrderBy(s => string.Concat(names[s.Set.TeacherFingerprint])).ThenBy(s => s.Set.TeacherFingerprint, StringComparer.Ordinal))
        {
            string fingerprint = kept.Set.TeacherFingerprint;
            table.Add(
                fingerprint[..Math.Min(12, fingerprint.Length)],
                string.Join(",", names[fingerprint].DefaultIfEmpty("-")),
                kept.Set.Output.Length > 0 ? kept.Set.Output : kept.Set.Kind.ToString().ToLowerInvariant(),
                kept.Set.Element.ToString().ToLowerInvariant(),
                Human.Count(kept.Set.Width),
                Human.Count(kept.Rows),
                Human.Bytes(kept.Bytes));
        }

        return table;
    }
}
