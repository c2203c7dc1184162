using System.Globalization;
using KdCluster.Learning.Metrics;
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
        IReadOnlyList<double>[] values = [.. combinations.Select(c => students.Single(s => s.Variant == DriverSpec.Combination(c)).Accuracies)];
        string[] names = [.. axes.Keys];
        string means = ReportTable.Aligned([["axis", "level", "accuracy %", "combinations"], .. axes.SelectMany((axis, a) => axis.Value.Keys.Select(level => Level(names[a], level, [.. combinations.Select((c, i) => (c, i)).Where(c => c.c[a] == level).Select(c => values[c.i])])))]);
        if (axes.Values.Any(levels => levels.Count != 2))
        {
            return $"Mean of each level over all combinations with it (interactions are told where every axis has two levels):\n\n{means}";
        }

        IEnumerable<string[]> effects = FactorialEffects.Of(axes.Count, values).Select(e => Effect(e, names));
        return $"Mean of each level over all combinations with it:\n\n{means}\n" +
            "Effects, second level minus first, in points; of several axes, how much more the one does where the other is at its second level (0: they add up), with 95 % intervals over the seeds. One interval in twenty leaves out 0 by chance:\n\n" +
            ReportTable.Aligned([["effect of", "points", "95 % interval", ""], .. effects]);
    }

    private static string[] Level(string axis, string level, IReadOnlyList<IReadOnlyList<double>> combinations)
    {
        // Seed by seed, so that what is told is how much the mean varies with the seeds, not how much the combinations differ.
        Summary mean = Summary.Of([.. Enumerable.Range(0, combinations[0].Count).Select(seed => combinations.Average(c => c[seed]))]);
        return [axis, level, double.IsNaN(mean.Deviation) ? Points(mean.Mean, "0.00") : $"{Points(mean.Mean, "0.00")} ± {Points(mean.Deviation, "0.00")}", combinations.Count.ToString(CultureInfo.InvariantCulture)];
    }

    private static string[] Effect(FactorialEffects effect, string[] names) =>
    [
        string.Join(" × ", effect.Axes.Select(a => names[a])), Points(effect.Mean, "+0.00;−0.00;0.00"),
        double.IsNaN(effect.Half) || effect.IsConstant ? "–" : $"{Points(effect.Mean - effect.Half, "+0.00;−0.00;0.00")} to {Points(effect.Mean + effect.Half, "+0.00;−0.00;0.00")}",
        double.IsNaN(effect.Half) ? "one seed" : effect.IsConstant ? "the same for every seed" : effect.IsSeen ? "seen" : effect.Axes.Count > 1 ? "add up, as far as seen" : "not seen",
    ];

    private static string Points(double share, string format) => (100 * share).ToString(format, CultureInfo.InvariantCulture);
}
