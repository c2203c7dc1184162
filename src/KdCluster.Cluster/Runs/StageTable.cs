using System.Globalization;
using System.Text.Json;
using KdCluster.Cluster.Storage;
using KdCluster.Learning.Metrics;

namespace KdCluster.Cluster.Runs;

/// <summary>What came of one stage of one student; kept as a line of <c>stages.json</c>.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Teachers">Its teachers, for people; empty: labels alone.</param>
/// <param name="Parameters">Weights of its model.</param>
/// <param name="Accuracy">Of the checkpoint that it gives, on the validation rows, 0 to 1.</param>
/// <param name="CrossEntropy">The same, nats.</param>
/// <param name="CalibrationError">The same, 0 to 1.</param>
/// <param name="Steps">Student steps.</param>
/// <param name="Seconds">Wall time, s.</param>
internal sealed record StageLine(string Name, string Teachers, long Parameters, double Accuracy, double CrossEntropy, double CalibrationError, long Steps, double Seconds)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(string file, IReadOnlyList<StageLine> lines) => AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(lines, s_json));

    /// <summary>Empty where a student has no such file: it learned in one stage.</summary>
    public static IReadOnlyList<StageLine> Read(string file) => File.Exists(file) ? JsonSerializer.Deserialize<StageLine[]>(File.ReadAllBytes(file), s_json) ?? [] : [];
}

/// <summary>The stages of a run's students as a table, mean over the seeds.</summary>
internal static class StageTable
{
    /// <param name="files">The students' <c>stages.json</c>, there or not.</param>
    /// <returns>Null where no student has stages.</returns>
    public static string? Of(IEnumerable<string> files)
    {
        StageLine[][] students = [.. files.Select(f => StageLine.Read(f).ToArray()).Where(s => s.Length > 0)];
        if (students.Length == 0)
        {
            return null;
        }

        List<string[]> rows = [["stage", "taught by", "weights", "accuracy %", "cross-entropy", "calibration error", "train s"]];
        for (int i = 0; i < students[0].Length; i++)
        {
            StageLine[] seeds = [.. students.Select(s => s[i])];
            Summary accuracy = Summary.Of([.. seeds.Select(s => s.Accuracy)]);
            rows.Add([
                seeds[0].Name, seeds[0].Teachers.Length > 0 ? seeds[0].Teachers : "labels", seeds[0].Parameters.ToString("N0", CultureInfo.InvariantCulture),
                double.IsNaN(accuracy.Deviation) ? Number(100 * accuracy.Mean, "0.00") : $"{Number(100 * accuracy.Mean, "0.00")} ± {Number(100 * accuracy.Deviation, "0.00")}",
                Number(seeds.Average(s => s.CrossEntropy), "0.000"), Number(seeds.Average(s => s.CalibrationError), "0.000"), Number(seeds.Average(s => s.Seconds), "0.0")]);
        }

        return ReportTable.Aligned(rows);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
