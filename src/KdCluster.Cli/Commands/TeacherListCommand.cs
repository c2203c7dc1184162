using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Metrics;
using KdCluster.SoftTargets;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher list</c>.</summary>
internal static class TeacherListCommand
{
    public static readonly Command Definition = new()
    {
        Path = "teacher list",
        Summary = "List the deployed teachers.",
        Options = CommonOptions.Connection,
        Example = "kd teacher list",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            IReadOnlyList<Teacher> teachers = await silo.ListAsync(stop).ConfigureAwait(false);
            if (teachers.Count == 0)
                invocation.Terminal.Note("No teachers yet. kd teacher train NAME --recipe FILE --deploy trains one.");
            else
                Of(teachers).WriteTo(invocation.Terminal);
            return ExitCode.Ok;
        }),
    };

    /// <summary>The table.</summary>
    internal static Table Of(IEnumerable<Teacher> teachers)
    {
        var table = new Table("NAME", "KIND", ">WEIGHTS", ">CLASSES", ">VALIDATION", "PRECISION", "DEVICE", "FINGERPRINT", ">ROWS COMPUTED");
        foreach (Teacher t in teachers)
        {
            bool isScore = t.Labels.Count == 1;
            string answer = OutputNames.Answer(t.Labels);
            string fingerprint = (isScore ? t.NamedOutputs.FirstOrDefault(o => o.Name == answer)?.TeacherFingerprint : t.Outputs.FirstOrDefault(o => o.Kind == OutputKind.Logits)?.TeacherFingerprint) ?? "";
            table.Add(t.Name, t.Kind, Human.Short(t.Parameters), isScore ? answer == OutputNames.Score ? answer : "tokens" : Human.Count(t.Labels.Count), isScore ? t.Figures.Count == 0 ? Human.Percent(double.NaN) : RunText.Figure((answer == OutputNames.Score ? Metric.Pearson : Metric.Perplexity).Name, t.Figures) : Human.Percent(t.Accuracy), TeacherText.PrecisionOf(t), t.Device, fingerprint[..Math.Min(12, fingerprint.Length)], Human.Count(t.RowsComputed));
        }

        return table;
    }
}
