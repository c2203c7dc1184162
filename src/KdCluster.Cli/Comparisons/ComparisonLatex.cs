using System.Globalization;
using System.Text;
using KdCluster.Cluster.Runs;

namespace KdCluster.Cli.Comparisons;

/// <summary>A comparison as a LaTeX table for the package booktabs.</summary>
internal static class ComparisonLatex
{
    public static string Of(Comparison comparison)
    {
        StringBuilder text = new("% needs \\usepackage{booktabs}\n\\begin{tabular}{lrrrrr}\n\\toprule\n");
        text.Append(CultureInfo.InvariantCulture, $" & {Escape(MetricText.Heading(comparison.Metric))} & difference & 95\\,\\% interval & $p$ (Holm) & ECE \\% \\\\\n\\midrule\n");
        for (int i = 0; i < comparison.Rows.Count; i++)
        {
            ComparedRow row = comparison.Rows[i];
            string[] cells = comparison.Differences[i] is not { } d ? ["", "", ""]
                : [MetricText.Difference(comparison.Metric, d.Test.MeanDifference), Interval(comparison, d), ComparisonMarkdown.Probability(d.Corrected)];
            string calibration = double.IsNaN(row.CalibrationError) ? MetricText.None : (100 * row.CalibrationError).ToString("0.0", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{Escape(row.Name)} & {string.Join(" & ", cells.Prepend(MetricText.Of(row.Metric, row.Summary)).Append(calibration).Select(Escape))} \\\\\n");
        }

        return text.Append("\\bottomrule\n\\end{tabular}\n").ToString();
    }

    private static string Interval(Comparison comparison, ComparedDifference d)
    {
        (double low, double high) = d.Interval;
        return double.IsNaN(low) ? MetricText.None : $"[{MetricText.Difference(comparison.Metric, low)}, {MetricText.Difference(comparison.Metric, high)}]";
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '\\' => "\\textbackslash{}",
                '~' => "\\textasciitilde{}",
                '^' => "\\textasciicircum{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{c}",
                '±' => "$\\pm$",
                '−' => "$-$",
                '<' => "$<$",
                '–' => "--",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
