using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd weighting list</c>.</summary>
internal static class WeightingListCommand
{
    public static readonly Command Definition = new()
    {
        Path = "weighting list",
        Summary = "List how the students of all runs weigh their teachers.",
        Options = CommonOptions.Connection,
        Remarks = "LEARNED is the fingerprint of what a policy has learned so far; a fixed rule has none.",
        Example = "kd weighting list",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            ListWeightingsReply reply = await silo.Client.CallAsync(async () => await silo.Client.Weightings.ListAsync(new ListWeightingsRequest(), cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
            if (reply.Weightings.Count == 0)
                invocation.Terminal.Note("No run has had teachers yet.");
            else
                Of(reply.Weightings).WriteTo(invocation.Terminal);
            return ExitCode.Ok;
        }),
    };

    /// <summary>The table.</summary>
    internal static Table Of(IEnumerable<Weighting> weightings)
    {
        var table = new Table("RUN", "WEIGHTING", ">SEED", "STAGE", "MEAN WEIGHTS", "LEARNED");
        foreach (Weighting w in weightings)
            table.Add(w.Run, w.Variant, w.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture), w.Stage, WeightingShowCommand.Numbers(w.MeanWeights), w.Fingerprint[..Math.Min(12, w.Fingerprint.Length)]);
        return table;
    }
}
