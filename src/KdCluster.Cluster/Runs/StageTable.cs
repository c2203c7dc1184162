using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>What came of one stage of one student; kept as a line of <c>stages.json</c>.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Teachers">Its teachers, for people; empty: labels alone.</param>
/// <param name="Parameters">Weights of its model.</param>
/// <param name="Steps">Student steps.</param>
/// <param name="Seconds">Wall time, s.</param>
internal sealed record StageLine(string Name, string Teachers, long Parameters, long Steps, double Seconds)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Of the checkpoint that it gives, on the validation rows, 0 to 1; null: of another task.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The same, nats.</summary>
    public double? CrossEntropy { get; init; }

    /// <summary>The same, 0 to 1.</summary>
    public double? CalibrationError { get; init; }

    /// <summary>The same, −1 to 1; null: undefined, or of another task.</summary>
    public double? Pearson { get; init; }

    /// <summary>The same.</summary>
    public double? Spearman { get; init; }

    /// <summary>The same, in the square of the labels' unit; null: of another task.</summary>
    public double? Mse { get; init; }

    public static StageLine Of(StageSpec stage, TrainingResult result) => new(stage.Name, string.Join(", ", stage.Teachers), result.Parameters, result.Steps, result.Duration.TotalSeconds)
    {
        Accuracy = result.Best.Find(Metric.Accuracy),
        CrossEntropy = result.Best.Find(Metric.CrossEntropy),
        CalibrationError = result.Best.Find(Metric.CalibrationError),
        Pearson = result.Best.Find(Metric.Pearson),
        Spearman = result.Best.Find(Metric.Spearman),
        Mse = result.Best.Find(Metric.MeanSquaredError),
    };

    public static void Write(string file, IReadOnlyList<StageLine> lines) => AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(lines, s_json));

    /// <summary>Empty where a student has no such file: it learned in one stage.</summary>
    public static IReadOnlyList<StageLine> Read(string file) => File.Exists(file) ? JsonSerializer.Deserialize<StageLine[]>(File.ReadAllBytes(file), s_json) ?? [] : [];
}

/// <summary>The stages of a run's students as a table, mean over the seeds.</summary>
internal static class StageTable
{
    private static readonly (Metric Metric, Func<StageLine, double?> Value, bool Deviates)[] s_classes =
        [(Metric.Accuracy, s => s.Accuracy, true), (Metric.CrossEntropy, s => s.CrossEntropy, false), (Metric.CalibrationError, s => s.CalibrationError, false)];

    private static readonly (Metric Metric, Func<StageLine, double?> Value, bool Deviates)[] s_scores =
        [(Metric.Pearson, s => s.Pearson, true), (Metric.Spearman, s => s.Spearman, false), (Metric.MeanSquaredError, s => s.Mse, false)];

    /// <param name="files">The students' <c>stages.json</c>, there or not.</param>
    /// <returns>Null where no student has stages.</returns>
    public static string? Of(IEnumerable<string> files)
    {
        StageLine[][] students = [.. files.Select(f => StageLine.Read(f).ToArray()).Where(s => s.Length > 0)];
        if (students.Length == 0)
        {
            return null;
        }

        (Metric Metric, Func<StageLine, double?> Value, bool Deviates)[] columns = students[0][0].Mse is null ? s_classes : s_scores;
        List<string[]> rows = [["stage", "taught by", "weights", .. columns.Select(c => MetricText.Heading(c.Metric)), "train s"]];
        for (int i = 0; i < students[0].Length; i++)
        {
            StageLine[] seeds = [.. students.Select(s => s[i])];
            rows.Add([
                seeds[0].Name, seeds[0].Teachers.Length > 0 ? seeds[0].Teachers : "labels", seeds[0].Parameters.ToString("N0", CultureInfo.InvariantCulture),
                .. columns.Select(c => Cell(c.Metric, Summary.Of([.. seeds.Select(s => c.Value(s) ?? double.NaN)]), c.Deviates)), seeds.Average(s => s.Seconds).ToString("0.0", CultureInfo.InvariantCulture)]);
        }

        return ReportTable.Aligned(rows);
    }

    private static string Cell(Metric metric, Summary summary, bool deviates) =>
        deviates ? MetricText.Of(metric, summary) : metric == Metric.MeanSquaredError || metric == Metric.Spearman ? MetricText.Of(metric, summary.Mean) : summary.Mean.ToString("0.000", CultureInfo.InvariantCulture);
}
