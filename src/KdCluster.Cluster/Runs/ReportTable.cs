using System.Globalization;
using KdCluster.Metrics;

namespace KdCluster.Cluster.Runs;

/// <summary>A run's results as a Markdown table with aligned columns, readable as plain text too.</summary>
internal static class ReportTable
{
    /// <param name="results">The numbers.</param>
    /// <param name="teachers">How many of the first lines are single teachers; their numbers head the columns of shares and spreads.</param>
    public static string Of(RunResults results, int teachers)
    {
        string numbers = string.Join('/', Enumerable.Range(1, teachers));
        Metric[] metrics = [.. results.Students[0].Measured.Select(m => m.Metric)];
        // A score is made of accuracies.
        bool scored = metrics[0] == Metric.Accuracy;
        List<string[]> rows = [["", .. metrics.Select(MetricText.Heading), "weights", .. Scored("score"), $"share {numbers}".TrimEnd(), $"spread {numbers}".TrimEnd(), "train s"]];
        for (int k = 0; k < results.Teachers.Count; k++)
        {
            TeacherLine t = results.Teachers[k];
            rows.Add([k < teachers ? $"teacher {k + 1} {t.Name}" : t.Name, .. metrics.Select(m => MetricText.Of(m, t.Result.Find(m) ?? double.NaN)), t.Parameters > 0 ? Count(t.Parameters) : MetricText.None, .. Scored(""), "", "", ""]);
        }

        // The recipe's own weighting last, below what it is compared with.
        foreach (StudentLine s in results.Students.Skip(1).Append(results.Students[0]))
        {
            rows.Add([
                $"student {s.Variant}", .. s.Measured.Select(m => MetricText.Of(m.Metric, m.Summary)), Count(s.Parameters), .. Scored(s.Score is { } score ? Number(score, "0.000") : teachers > 0 ? MetricText.None : ""),
                s.Unweighted ? MetricText.None : PerTeacher(s.Shares), s.Unweighted ? MetricText.None : PerTeacher(s.Spreads), Number(s.Seconds, "0.0")]);
        }

        return Aligned(rows);

        IEnumerable<string> Scored(string cell) => scored ? [cell] : [];
    }

    /// <summary>Rows of cells as Markdown; the first row heads them.</summary>
    public static string Aligned(List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => Math.Max(3, rows.Max(r => r[c].Length)))];
        IEnumerable<string> lines = rows.Select(Line);
        string rule = $"|{string.Join("|", widths.Select((w, c) => c == 0 ? new string('-', w + 2) : new string('-', w + 1) + ":"))}|";
        return string.Join('\n', lines.Take(1).Append(rule).Concat(lines.Skip(1))) + "\n";

        string Line(string[] row) => $"| {string.Join(" | ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])))} |";
    }

    private static string PerTeacher(IReadOnlyList<double> values) => string.Join('/', values.Select(value => Number(value, ".00")));

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
