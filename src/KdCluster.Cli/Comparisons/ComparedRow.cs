using KdCluster.Cluster.Runs;
using KdCluster.Learning.Metrics;
using KdCluster.Metrics;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Comparisons;

/// <summary>One way to train a student, with its figures: a row of the table.</summary>
/// <param name="Name">The recipe's name, and which of its rows where it has several.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="Metric">What rows are compared by.</param>
/// <param name="Seeds">One per figure.</param>
/// <param name="Figures">One per seed, on the test rows where there are some; NaN: undefined.</param>
/// <param name="CalibrationErrors">One per seed, 0 to 1; NaN: not known.</param>
/// <param name="TeacherRows">Rows × teachers that teachers computed for these students, in all.</param>
/// <param name="Seconds">Wall time of a student's training, mean over the seeds.</param>
internal sealed record ComparedRow(
    string Name, string Run, Metric Metric, IReadOnlyList<long> Seeds, IReadOnlyList<double> Figures, IReadOnlyList<double> CalibrationErrors, long TeacherRows, double Seconds)
{
    /// <summary>Mean and deviation over the seeds.</summary>
    public Summary Summary { get; } = Summary.Of(Figures);

    /// <summary>Mean calibration error; NaN: not known for a seed.</summary>
    public double CalibrationError => CalibrationErrors.Average();

    /// <summary>The names of a recipe's rows.</summary>
    public static IReadOnlyList<string> Names(Recipe recipe) => Variants.Of(recipe) is { Count: > 1 } variants ? [.. variants.Select(v => $"{recipe.Name}: {v}")] : [recipe.Name];

    /// <summary>The rows of a run that has succeeded, in the order of <see cref="Names"/>.</summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="run">As it ended.</param>
    /// <param name="tested">Judged on the test rows; else on the validation rows.</param>
    public static IEnumerable<ComparedRow> Of(Recipe recipe, Run run, bool tested)
    {
        Metric metric = Metric.Of(recipe.TaskOrDefault())[0];
        foreach ((string variant, string name) in Variants.Of(recipe).Zip(Names(recipe)))
        {
            Student[] students = [.. run.Students.Where(s => s.Variant == variant).OrderBy(s => s.Seed)];
            yield return new ComparedRow(
                name, run.Id, metric, [.. students.Select(s => s.Seed)],
                [.. students.Select(s => metric == Metric.Accuracy ? tested ? s.TestAccuracy : s.ValidationAccuracy : Figure(s, metric, tested))],
                [.. students.Select(s => Figure(s, Metric.CalibrationError, tested))],
                students.Sum(s => s.TeacherRows), students.Average(s => s.Seconds));
        }
    }

    private static double Figure(Student student, Metric metric, bool tested) =>
        (tested ? student.TestFigures : student.ValidationFigures).TryGetValue(metric.Name, out double value) ? value : double.NaN;
}
