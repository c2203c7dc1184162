using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd weighting ask</c>.</summary>
internal static class WeightingAskCommand
{
    private static readonly Option Text = new("text", "TEXT", "The text");
    private static readonly Option Pair = new("pair", "TEXT", "Its second text, for teachers of pairs");
    private static readonly Option Label = new("label", "CLASS", "The text's class, which a policy sees in training. Default: every class is tried, a row each");

    public static readonly Command Definition = new()
    {
        Path = "weighting ask",
        Summary = "Ask a learned policy how it weighs the teachers on a text.",
        Arguments = [WeightingArguments.Run],
        Options = [Text, Pair, Label, WeightingArguments.Variant, WeightingArguments.Seed, .. CommonOptions.Connection],
        Remarks = "The run's teachers answer the text, so they must be deployed as they were. The weights are what the policy gives on average; nothing is learned.",
        Example = "kd weighting ask docs-20260301-101500 --text File\nkd weighting ask sst2-20260301-101500 --text film --label positive",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            AskWeightingReply reply = await WeightingArguments.Of(invocation, silo.Client)
                .AskAsync(invocation.Needed(Text), invocation.Value(Pair), invocation.Value(Label), stop).ConfigureAwait(false);
            Of(reply).WriteTo(invocation.Terminal);
            if (!invocation.Has(Label))
                invocation.Terminal.Note("A policy sees each teacher's loss on the text's class. None was given (--label), so there is a row for each class: the weights if it were that one.");
            return ExitCode.Ok;
        }),
    };

    /// <summary>What each teacher says, then a row per class: each teacher's weight, and in brackets its loss.</summary>
    internal static Table Of(AskWeightingReply reply)
    {
        var table = new Table(["", .. reply.Teachers.Select(t => $">{t}")]);
        table.Add(["says", .. reply.Opinions.Select(o => $"{o.Label} {Number(o.Probability)}")]);
        foreach (LabelWeights row in reply.Rows)
            table.Add([$"if {row.Label}", .. row.Weights.Zip(row.Losses, (weight, loss) => $"{Number(weight)} ({Number(loss)})")]);
        return table;

        static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
    }
}
