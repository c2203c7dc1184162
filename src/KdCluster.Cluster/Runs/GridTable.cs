using System.Globalization;
using KdCluster.Learning.Metrics;
using KdCluster.Metrics;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>What the axes of a grid do, for the report: the mean of each level over all combinations with it; with two levels an axis, also effects and interactions.</summary>
internal static class GridTable
{
    /// <summary>Markdown; null: the recipe is no grid.</summary>
    /// <param name="recipe">The effective recipe.</param>
    /// <param name="students">The report's rows.</param>
    public static string? Of(Recipe recipe, IReadOnlyList<StudentLine> students)
    {
        if (recipe.Driver is not { Kind: DriverSpec.Grid, Axes: { } axes } grid)
        {
            return null;
        }

        IReadOnlyList<IReadOnlyList<string>> combinations = grid.Combinations();
        Metric metric = students[0].Judged.Metric;
        IReadOnlyList<double>[] values = [.. combinations.Select(c => students.Single(s => s.Variant == DriverSpec.Combination(c)).Judged.Values)];
        if (values.Any(v => v.Any(double.IsNaN)))
        {
            return $"Effects cannot be told: {metric.Title} is undefined for a student.\n";
        }

        string[] names = [.. axes.Keys];
        string means = ReportTable.Aligned([["axis", "level", MetricText.Heading(metric), "combinations"], .. axes.SelectMany((axis, a) => axis.Value.Keys.Select(level => Level(metric, names[a], level, [.. combinations.Select((c, i) => (c, i)).Where(c => c.c[a] == level).Select(c => values[c.i])])))]);
        if (axes.Values.Any(levels => levels.Count != 2))
        {
            return $"Mean of each level over all combinations with it (interactions are told where every axis has two levels):\n\n{means}";
        }

        IEnumerable<string[]> effects = FactorialEffects.Of(axes.Count, values).Select(e => Effect(metric, e, names));
        return $"Mean of each level over all combinations with it:\n\n{means}\n" +
            "Effects, second level minus first, in " + MetricText.Unit(metric) + "; of several axes, how much more the one does where the other is at its second level (0: they add up), with 95 % intervals over the seeds. One interval in twenty leaves out 0 by chance:\n\n" +
            ReportTable.Aligned([["effect of", MetricText.Unit(metric), "95 % interval", ""], .. effects]);
    }

    private static string[] Level(Metric metric, string axis, string level, IReadOnlyList<IReadOnlyList<double>> combinations)
    {
        // Seed by seed, so that what is told is how much the mean varies with the seeds, not how much the combinations differ.
        Summary mean = Summary.Of([.. Enumerable.Range(0, combinations[0].Count).Select(seed => combinations.Average(c => c[seed]))]);
        return [axis, level, MetricText.Of(metric, mean), combinations.Count.ToString(CultureInfo.InvariantCulture)];
    }

    private static string[] Effect(Metric metric, FactorialEffects effect, string[] names) =>
    [
        string.Join(" × ", effect.Axes.Select(a => names[a])), MetricText.Difference(metric, effect.Mean),
        double.IsNaN(effect.Half) || effect.IsConstant ? "–" : $"{MetricText.Difference(metric, effect.Mean - effect.Half)} to {MetricText.Difference(metric, effect.Mean + effect.Half)}",
        double.IsNaN(effect.Half) ? "one seed" : effect.IsConstant ? "the same for every seed" : effect.IsSeen ? "seen" : effect.Axes.Count > 1 ? "add up, as far as seen" : "not seen",
    ];
}
