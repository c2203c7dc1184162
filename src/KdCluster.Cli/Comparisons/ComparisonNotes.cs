using System.Globalization;
using KdCluster.Cluster.Runs;

namespace KdCluster.Cli.Comparisons;

/// <summary>What a reader of a comparison must know to believe no more of it than it says.</summary>
internal static class ComparisonNotes
{
    public static IEnumerable<string> Of(Comparison comparison)
    {
        int seeds = comparison.Reference.Seeds.Count;
        yield return Format($"{MetricText.Heading(comparison.Metric)} on {comparison.JudgedOn}: mean ± deviation over {seeds} seed{(seeds == 1 ? "" : "s")} ({string.Join(", ", comparison.Reference.Seeds)}).");
        if (seeds == 1)
        {
            yield return "One seed: no difference between two rows can be told from chance.";
        }
        else
        {
            yield return Format($"Differences are to `{comparison.Reference.Name}`, in {MetricText.Unit(comparison.Metric)}, seed by seed: two-sided paired t test; “p corrected” is Holm's over {comparison.Tests} test{(comparison.Tests == 1 ? "" : "s")}; “effect” is the mean difference over the deviation of the differences.");
            yield return "“seen from”: the smallest true difference that one test with so many seeds finds 4 times in 5, if differences vary as they did here. From few seeds that is a rough figure.";
            if (comparison.Differences.Any(d => d is { Test.IsTested: false }))
                yield return "Without a p: the difference is the same for every seed, so there is nothing to test by.";
        }

        foreach (ComparedRow row in comparison.Rows.Where(r => r.Figures.Any(double.IsNaN)))
            yield return Format($"`{row.Name}`: the figure is undefined for {row.Figures.Count(double.IsNaN)} of its seeds, so it is not compared.");
        yield return Format($"“teacher rows”: rows × teachers that teachers computed for the students of a row, {comparison.Rows.Sum(r => r.TeacherRows):N0} in all. Answers that were kept before, or that a student of another row had asked for already, cost nothing.");
        yield return "“train s”: wall time of one student's training, mean over the seeds, with whatever else the machine did. The training of teachers is not in it.";
        if (comparison.Rows.Any(r => double.IsNaN(r.CalibrationError)))
            yield return "ECE: expected calibration error over 15 bins; not known of tasks without classes, nor of runs of earlier versions.";
        foreach (string note in comparison.Notes)
            yield return note;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
