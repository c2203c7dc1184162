using System.Globalization;

namespace KdCluster.Cli.Comparisons;

/// <summary>A comparison as CSV (RFC 4180), full digits: a line for every row, with a column for each seed. What is not known is empty.</summary>
internal static class ComparisonCsv
{
    public static string Of(Comparison comparison)
    {
        string[] head = [
            "name", "run", "metric", "mean", "deviation", "difference", "low", "high", "p", "p_corrected", "effect", "seen_from", "calibration_error", "teacher_rows", "seconds",
            .. comparison.Reference.Seeds.Select(s => string.Create(CultureInfo.InvariantCulture, $"seed_{s}"))];
        IEnumerable<string[]> lines = comparison.Rows.Select((row, i) =>
        {
            ComparedDifference? d = comparison.Differences[i];
            (double low, double high) = d?.Interval ?? (double.NaN, double.NaN);
            double[] numbers = [
                row.Summary.Mean, row.Summary.Deviation, d?.Test.MeanDifference ?? double.NaN, low, high, d?.PValue ?? double.NaN, d?.Corrected ?? double.NaN, d?.Effect ?? double.NaN, d?.Test.Detectable ?? double.NaN,
                row.CalibrationError, row.TeacherRows, row.Seconds, .. row.Figures];
            return (string[])[row.Name, row.Run, row.Metric.Name, .. numbers.Select(n => double.IsFinite(n) ? n.ToString("R", CultureInfo.InvariantCulture) : "")];
        });
        return string.Concat(lines.Prepend(head).Select(cells => string.Join(',', cells.Select(Cell)) + "\r\n"));
    }

    private static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
