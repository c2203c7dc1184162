using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher show</c>.</summary>
internal static class TeacherShowCommand
{
    public static readonly Command Definition = new()
    {
        Path = "teacher show",
        Summary = "Show a deployed teacher: what it is, how it computes, what it serves, and its replicas.",
        Arguments = [ModelName.Argument],
        Options = CommonOptions.Connection,
        Example = "kd teacher show docs-text-cnn",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            string name = invocation.Required(0);
            Teacher teacher = await silo.DescribeAsync(name, stop).ConfigureAwait(false);
            TeacherOverview? replicas = await silo.ReplicasAsync(name, stop).ConfigureAwait(false);
            foreach (string line in Lines(teacher, replicas))
                invocation.Terminal.Write(line);
            foreach (Error trouble in replicas?.Trouble ?? [])
                invocation.Terminal.Note(trouble.ToError().ToString());
            return ExitCode.Ok;
        }),
    };

    /// <summary>What is said.</summary>
    internal static IEnumerable<string> Lines(Teacher teacher, TeacherOverview? replicas)
    {
        yield return $"Teacher {teacher.Name}: {teacher.Kind}, {Human.Short(teacher.Parameters)} weights, {TeacherText.AnswerOf(teacher.Labels)}, from {teacher.Checkpoint}.";
        yield return $"Precision {TeacherText.PrecisionOf(teacher)}{(teacher.PrecisionReason.Length > 0 ? $": {teacher.PrecisionReason}" : ".")}";
        if (replicas?.Places.Count > 0)
            yield return $"{replicas.Places.Count} of {replicas.Replicas} replicas serve: {string.Join(", ", replicas.Places.Select(p => $"{p.Address} ({p.Device})"))}.";
        var table = new Table("OUTPUT", "SHAPE", "ENCODING", "FINGERPRINT");
        foreach (V1.Output o in teacher.NamedOutputs)
            table.Add(o.Name, $"[{string.Join(", ", o.Shape.Select(s => s < 0 ? "length" : Human.Count(s)))}]", o.Element == ElementType.TopK ? $"topk {o.TopK}" : o.Element.ToString().ToLowerInvariant(), o.TeacherFingerprint[..Math.Min(12, o.TeacherFingerprint.Length)]);
        foreach (string line in table.Lines())
            yield return line;
    }
}
