using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd weighting show</c>.</summary>
internal static class WeightingShowCommand
{
    public static readonly Command Definition = new()
    {
        Path = "weighting show",
        Summary = "Show how a student weighs its teachers: while it trains, and after.",
        Arguments = [WeightingArguments.Run],
        Options = [WeightingArguments.Variant, WeightingArguments.Seed, .. CommonOptions.Connection],
        Example = "kd weighting show sst2-20260301-101500\nkd weighting show sst2-20260301-101500 --variant best-single --seed 2",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            Weighting weighting = await WeightingArguments.Of(invocation, silo.Client).GetAsync(stop).ConfigureAwait(false);
            foreach (string line in Lines(weighting))
                invocation.Terminal.Write(line);
            return ExitCode.Ok;
        }),
    };

    /// <summary>Numbers as shares, with slashes.</summary>
    internal static string Numbers(IEnumerable<double> values) => string.Join('/', values.Select(Share));

    private static string Share(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Lines(Weighting w)
    {
        yield return $"Weighting {w.Variant} of run {w.Run}, seed {w.Seed}: {w.Stage}.";
        if (w.MeanWeights.Count == 0)
        {
            yield return "It has given no weights yet.";
            yield break;
        }

        bool policy = w.Fingerprint.Length > 0;
        var table = policy ? new Table("TEACHER", ">MEAN WEIGHT", ">SPREAD", ">SELECTED", "FINGERPRINT") : new Table("TEACHER", ">MEAN WEIGHT", ">SPREAD");
        for (int k = 0; k < w.Teachers.Count; k++)
        {
            string spread = k < w.Spreads.Count && !double.IsNaN(w.Spreads[k]) ? Share(w.Spreads[k]) : "";
            if (policy)
                table.Add(w.Teachers[k], Share(w.MeanWeights[k]), spread, Share(w.SelectedShares[k]), w.TeacherFingerprints[k][..Math.Min(12, w.TeacherFingerprints[k].Length)]);
            else
                table.Add(w.Teachers[k], Share(w.MeanWeights[k]), spread);
        }

        foreach (string line in table.Lines())
            yield return line;
        if (!policy)
            yield break;
        yield return string.Create(CultureInfo.InvariantCulture, $"{w.Instances:N0} instances weighed, mean entropy of their weights {w.Entropy:0.00} nats (of {Math.Log(w.Teachers.Count):0.00}).");
        yield return $"Learned so far: {w.Fingerprint}, on {w.Labels.Count} classes ({string.Join(", ", w.Labels.Take(4))}{(w.Labels.Count > 4 ? ", …" : "")}) and an embedding of {w.EmbeddingWidth} numbers.";
        yield return w.Silo.Length > 0 ? $"At work on silo {w.Silo}." : "Not at work: as it was at the student's last checkpoint.";
    }
}
