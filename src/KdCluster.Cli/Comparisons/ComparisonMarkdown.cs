using System.Globalization;
using System.Text;
using KdCluster.Cluster.Runs;

namespace KdCluster.Cli.Comparisons;

/// <summary>A comparison as a Markdown table with its notes; readable as plain text.</summary>
internal static class ComparisonMarkdown
{
    public static string Of(Comparison comparison)
    {
        List<string[]> rows = [["", MetricText.Heading(comparison.Metric), "difference", "95 % interval", "p", "p corrected", "effect", "seen from", "ECE %", "teacher rows", "train s"]];
        for (int i = 0; i < comparison.Rows.Count; i++)
        {
            ComparedRow row = comparison.Rows[i];
            rows.Add([
                row.Name, MetricText.Of(row.Metric, row.Summary), .. Cells(comparison, i), Number(100 * row.CalibrationError, "0.0"), row.TeacherRows.ToString("N0", CultureInfo.InvariantCulture), Number(row.Seconds, "0.0"),
            ]);
        }

        StringBuilder text = new(ReportTable.Aligned(rows));
        text.AppendLine();
        foreach (string note in ComparisonNotes.Of(comparison))
            text.AppendLine(CultureInfo.InvariantCulture, $"- {note}");
        return text.ToString();
    }

    /// <summary>A p value with three decimals.</summary>
    public static string Probability(double p) => double.IsNaN(p) ? MetricText.None : p < 0.0005 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    private static string[] Cells(Comparison comparison, int row)
    {
        if (comparison.Differences[row] is not { } d)
            return [comparison.Rows[row] == comparison.Reference ? "reference" : MetricText.None, "", "", "", "", ""];
        (double low, double high) = d.Interval;
        string interval = double.IsNaN(low) ? MetricText.None : $"{MetricText.Difference(comparison.Metric, low)} … {MetricText.Difference(comparison.Metric, high)}";
        return [
            MetricText.Difference(comparison.Metric, d.Test.MeanDifference), interval, Probability(d.PValue), Probability(d.Corrected), Number(d.Effect, "+0.00;−0.00;0.00"), MetricText.Of(comparison.Metric, d.Test.Detectable)];
    }

    private static string Number(double value, string format) => double.IsNaN(value) ? MetricText.None : value.ToString(format, CultureInfo.InvariantCulture);
}
