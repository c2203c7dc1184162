using System.Globalization;

namespace KdCluster.Cluster.Runs;

/// <summary>A run's results as a Markdown table with aligned columns, readable as plain text too.</summary>
internal static class ReportTable
{
    public static string Of(RunResults results, IReadOnlyList<string> teachers)
    {
        List<string[]> rows = [["", "accuracy %", "weights", "score", .. teachers.Select(t => $"share {t}"), "train s"]];
        foreach (TeacherLine t in results.Teachers)
        {
            rows.Add([$"{(t.Kind == "ensemble" ? "" : "teacher ")}{t.Name}", Percent(t.Accuracy), Count(t.Parameters), "", .. teachers.Select(_ => ""), ""]);
        }

        foreach (StudentLine s in results.Students)
        {
            string accuracy = double.IsNaN(s.Accuracy.Deviation) ? Percent(s.Accuracy.Mean) : $"{Percent(s.Accuracy.Mean)} ± {Percent(s.Accuracy.Deviation)}";
            rows.Add([
                $"student {s.Variant}", accuracy, Count(s.Parameters), s.Score is { } score ? Number(score, "0.000") : "",
                .. teachers.Select((_, k) => k < s.Shares.Count ? Number(s.Shares[k], "0.00") : ""), Number(s.Seconds, "0.0")]);
        }

        return Aligned(rows);
    }

    private static string Aligned(List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => Math.Max(3, rows.Max(r => r[c].Length)))];
        IEnumerable<string> lines = rows.Select(Line);
        string rule = $"|{string.Join("|", widths.Select((w, c) => c == 0 ? new string('-', w + 2) : new string('-', w + 1) + ":"))}|";
        return string.Join('\n', lines.Take(1).Append(rule).Concat(lines.Skip(1))) + "\n";

        string Line(string[] row) => $"| {string.Join(" | ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])))} |";
    }

    private static string Percent(double share) => Number(100 * share, "0.00");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
