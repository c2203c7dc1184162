using System.Globalization;
using System.Net;
using System.Text;
using KdCluster.Cluster.Runs;

namespace KdCluster.Cli.Comparisons;

/// <summary>A comparison as a picture (SVG): each row's mean with its 95 % interval over the seeds, and every seed as a small dot.</summary>
internal static class ComparisonFigure
{
    private const int Line = 26, Top = 34, Plot = 420, Letter = 7, Ticks = 5;

    public static string Of(Comparison comparison)
    {
        (double Low, double High)[] intervals = [.. comparison.Rows.Select(Interval)];
        IEnumerable<double> shown = comparison.Rows.SelectMany(r => r.Figures).Concat(intervals.SelectMany(i => new[] { i.Low, i.High })).Where(double.IsFinite);
        double low = shown.DefaultIfEmpty(0).Min(), high = shown.DefaultIfEmpty(1).Max();
        // Room at both ends, and something to divide by where all are equal.
        double room = high > low ? 0.05 * (high - low) : 0.01;
        (low, high) = (low - room, high + room);
        int left = 20 + (Letter * comparison.Rows.Max(r => r.Name.Length)), width = left + Plot + 30, bottom = Top + (Line * comparison.Rows.Count);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{bottom + 46}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"{left}\" y=\"18\">{Text($"{MetricText.Heading(comparison.Metric)} on {comparison.JudgedOn}")}</text>\n");
        for (int tick = 0; tick < Ticks; tick++)
        {
            double value = low + ((high - low) * tick / (Ticks - 1));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(value):0.#} {Top - 6}V{bottom}\" stroke=\"#ddd\"/><text x=\"{X(value):0.#}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{MetricText.Of(comparison.Metric, value)}</text>\n");
        }

        for (int i = 0; i < comparison.Rows.Count; i++)
        {
            ComparedRow row = comparison.Rows[i];
            double y = Top + (Line * i) + (Line / 2.0);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left - 10}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Text(row.Name)}</text>\n");
            foreach (double figure in row.Figures.Where(double.IsFinite))
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(figure):0.#}\" cy=\"{y + 7:0.#}\" r=\"2\" fill=\"#999\"/>\n");
            if (double.IsFinite(intervals[i].Low))
                svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(intervals[i].Low):0.#} {y:0.#}H{X(intervals[i].High):0.#}\" stroke=\"#1f5fa8\" stroke-width=\"2\"/>\n");
            if (double.IsFinite(row.Summary.Mean))
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(row.Summary.Mean):0.#}\" cy=\"{y:0.#}\" r=\"4\" fill=\"#1f5fa8\"/>\n");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{left}\" y=\"{bottom + 38}\" fill=\"#555\">mean, 95 % interval over {comparison.Reference.Seeds.Count} seeds; dots below are seeds</text>\n</svg>\n").ToString();

        double X(double value) => left + (Plot * (value - low) / (high - low));
    }

    private static (double Low, double High) Interval(ComparedRow row)
    {
        double half = row.Summary.HalfWidth(row.Figures.Count);
        return (row.Summary.Mean - half, row.Summary.Mean + half);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
