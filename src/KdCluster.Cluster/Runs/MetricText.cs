using System.Globalization;
using KdCluster.Learning.Metrics;
using KdCluster.Metrics;

namespace KdCluster.Cluster.Runs;

/// <summary>Figures in a report: accuracy in per cent and points, others as they are.</summary>
internal static class MetricText
{
    /// <summary>Where there is no number; the notes below the table say why.</summary>
    public const string None = "–";

    /// <summary>The head of a column.</summary>
    public static string Heading(Metric metric) => metric == Metric.Accuracy ? "accuracy %" : metric.Title;

    /// <summary>What a difference of two is counted in.</summary>
    public static string Unit(Metric metric) => metric == Metric.Accuracy ? "points" : metric.Title;

    /// <summary>A figure; <see cref="None"/> where it is undefined.</summary>
    public static string Of(Metric metric, double value) => double.IsNaN(value) ? None : Number(metric, value, metric == Metric.Accuracy ? "0.00" : "0.0000");

    /// <summary>The mean over seeds, with its deviation where there are several.</summary>
    public static string Of(Metric metric, Summary summary) => double.IsNaN(summary.Deviation) ? Of(metric, summary.Mean) : $"{Of(metric, summary.Mean)} ± {Of(metric, summary.Deviation)}";

    /// <summary>A difference, with its sign.</summary>
    public static string Difference(Metric metric, double value) => Number(metric, value, metric == Metric.Accuracy ? "+0.00;−0.00;0.00" : "+0.0000;−0.0000;0.0000");

    private static string Number(Metric metric, double value, string format) => (metric == Metric.Accuracy ? 100 * value : value).ToString(format, CultureInfo.InvariantCulture);
}
