using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd run weights</c>.</summary>
internal static class RunWeightsCommand
{
    private const int Shown = 60, Default = 10;
    private static readonly Option Instance = new("instance", "N", "A training row, counted from 0 in the order in which they are read") { Repeats = true };
    private static readonly Option MostDisputed = new("most-disputed", "COUNT", "So many rows whose weights have the largest entropy over the teachers. Default, without --instance: 10");

    public static readonly Command Definition = new()
    {
        Path = "run weights",
        Summary = "Show how a student weighed its teachers on single training rows when it saw them last.",
        Arguments = [RunArguments.Id],
        Options = [Instance, MostDisputed, WeightingArguments.Variant, WeightingArguments.Seed, .. CommonOptions.Connection],
        Remarks = "Of a policy the weights are its expectation, without the luck of the draw. All rows are in instance-weights.safetensors in the student's folder.",
        Example = "kd run weights sst2-20260301-101500\nkd run weights sst2-20260301-101500 --instance 17 --instance 18",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            if (invocation.Has(Instance) && invocation.Has(MostDisputed))
                throw new KdException("KD1704", "rows are named in two ways.", MostDisputed.Name, "Give --instance or --most-disputed.");
            InstanceWeightsReply reply = await WeightingArguments.Of(invocation, silo.Client)
                .InstancesAsync(invocation.Values(Instance).Select(Row), invocation.Number(MostDisputed, 1) ?? Default, stop).ConfigureAwait(false);
            Of(reply, cut: !invocation.Has(Instance)).WriteTo(invocation.Terminal);
            invocation.Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{reply.Weighed:N0} of {reply.Total:N0} training rows have weights{(reply.Finished ? "" : ", as of the student's last checkpoint")}."));
            if (reply.Note.Length > 0)
                invocation.Terminal.Note(reply.Note);
            return ExitCode.Ok;
        }),
    };

    /// <summary>The table.</summary>
    /// <param name="reply">The rows.</param>
    /// <param name="cut">Whether long texts are cut.</param>
    internal static Table Of(InstanceWeightsReply reply, bool cut)
    {
        var table = new Table([">ROW", .. reply.Teachers.Select(t => $">{t}"), ">ENTROPY", "LABEL", "TEXT"]);
        foreach (InstanceRow row in reply.Rows)
        {
            IEnumerable<string> weights = row.Weights.Count > 0 ? row.Weights.Select(w => Number(w)) : reply.Teachers.Select(_ => "");
            string text = row.HasPair ? $"{row.Text} | {row.Pair}" : row.Text;
            table.Add([row.Instance.ToString(CultureInfo.InvariantCulture), .. weights, double.IsNaN(row.Entropy) ? "" : Number(row.Entropy), row.Label, cut && text.Length > Shown ? text[..Shown] + "…" : text]);
        }

        return table;

        static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static long Row(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long row)
        ? row
        : throw new KdException("KD1704", $"'{text}' is not a whole number from 0 on.", Instance.Name);
}
