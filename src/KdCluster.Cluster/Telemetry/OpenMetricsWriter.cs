using System.Globalization;
using System.Text;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>Writes families as OpenMetrics 1.0 text.</summary>
internal static class OpenMetricsWriter
{
    public const string ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    public static string Write(IEnumerable<MetricFamily> families)
    {
        StringBuilder text = new();
        foreach (MetricFamily family in families)
        {
            (TagSet Tags, MetricSeries Series)[] series = [.. family.Series];
            if (series.Length > 0)
            {
                Head(text, family);
                Array.ForEach(series, s => Sample(text, family, s.Tags, s.Series));
            }
        }

        return text.Append("# EOF\n").ToString();
    }

    private static void Head(StringBuilder text, MetricFamily family)
    {
        text.Append($"# TYPE {family.Name} {family.Kind.ToString().ToLowerInvariant()}\n");
        if (family.Unit.Length > 0)
        {
            text.Append($"# UNIT {family.Name} {family.Unit}\n");
        }

        if (family.Description.Length > 0)
        {
            text.Append($"# HELP {family.Name} {Escaped(family.Description)}\n");
        }
    }

    private static void Sample(StringBuilder text, MetricFamily family, TagSet tags, MetricSeries series)
    {
        switch (series)
        {
            case HistogramSeries histogram:
                long[] counts = histogram.Cumulative();
                for (int i = 0; i < counts.Length; i++)
                {
                    Line(text, family.Name + "_bucket", tags, counts[i], i < histogram.Bounds.Length ? Bound(histogram.Bounds[i]) : "+Inf");
                }

                Line(text, family.Name + "_count", tags, counts[^1]);
                Line(text, family.Name + "_sum", tags, histogram.Sum);
                break;
            case SumSeries sum:
                Line(text, family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name, tags, sum.Value);
                break;
            case LastSeries last:
                Line(text, family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name, tags, last.Value);
                break;
        }
    }

    private static void Line(StringBuilder text, string name, TagSet tags, double value, string? bound = null)
    {
        text.Append(name);
        if (tags.Tags.Length > 0 || bound is not null)
        {
            IEnumerable<string> labels = tags.Tags.Select(t => $"{OpenMetricsName.Of(t.Key, null)}=\"{Escaped(Convert.ToString(t.Value, CultureInfo.InvariantCulture) ?? "")}\"");
            text.Append('{').AppendJoin(',', bound is null ? labels : labels.Append($"le=\"{bound}\"")).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // Bounds are written as floats, so that 1 and 1.0 are never two series.
    private static string Bound(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? value.ToString("0.0", CultureInfo.InvariantCulture) : Number(value);

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
