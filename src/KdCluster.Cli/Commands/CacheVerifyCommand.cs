using KdCluster.Cli.Cache;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd cache verify</c>.</summary>
internal static class CacheVerifyCommand
{
    private static readonly Option Repair = new("repair", null, "Delete damaged rows; teachers compute them again when they are needed");

    public static readonly Command Definition = new()
    {
        Path = "cache verify",
        Summary = "Read every kept soft target and check it.",
        Options = [Repair, .. CommonOptions.Connection],
        Remarks = "A damaged row is never used: for a run it is missing. Exit code 1 when damage was found and not repaired.",
        Example = "kd cache verify --repair",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            using var meter = new Meter(invocation.Terminal, invocation.Context.Time, "checking kept rows", 0);
            StoreVerifyReply reply = await silo.StoreVerifyAsync(invocation.Has(Repair), (read, total) => meter.Show(read, total, ""), stop).ConfigureAwait(false);
            invocation.Terminal.Write($"{Human.Count(reply.Rows)} rows read, {Human.Count(reply.Damaged)} damaged, {Human.Count(reply.Repaired)} dropped.");
            return reply.Damaged > reply.Repaired ? ExitCode.Failed : ExitCode.Ok;
        }),
    };
}
