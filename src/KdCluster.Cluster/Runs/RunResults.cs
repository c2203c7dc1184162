using System.Globalization;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;
using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>The numbers of a run's report; written as <c>results.json</c> and as the table of <c>report.md</c>.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Recipe">SHA-256 of the effective recipe.</param>
/// <param name="JudgedOn"><c>test</c> or <c>validation</c>: the rows that accuracies are of.</param>
/// <param name="Rows">How many rows those are.</param>
/// <param name="ReferenceTeacher">The teacher against which the distillation score is taken; null without teachers.</param>
/// <param name="Teachers">One line per teacher, then their ensemble.</param>
/// <param name="Students">One line per variant.</param>
/// <param name="Comparisons">The recipe's own weighting against each baseline, seed by seed.</param>
/// <param name="StoreHits">Rows × teachers that the store had.</param>
/// <param name="TeacherRows">Rows × teachers that teachers computed.</param>
/// <param name="Data">What the data hold, class by class, and what in them looks wrong.</param>
internal sealed record RunResults(
    string Run, string Recipe, string JudgedOn, int Rows, string? ReferenceTeacher, IReadOnlyList<TeacherLine> Teachers, IReadOnlyList<StudentLine> Students,
    IReadOnlyList<Comparison> Comparisons, long StoreHits, long TeacherRows, DataProfile Data)
{
    /// <summary>What is doubtful about the teachers' answers.</summary>
    public IReadOnlyList<KdError> Warnings { get; init; } = [];

    public const double ScoreAlpha = 0.5;

    public static RunResults Of(RunContext context, RunStatus status, TeacherFigures? figures)
    {
        List<TeacherLine> teachers = figures is null ? [] : [.. context.Teachers.Select((t, k) => new TeacherLine(
            t.Description.Name, t.Description.Kind, figures.Accuracies[k], t.Description.Parameters))];
        TeacherLine? reference = teachers.Count == 0 ? null : Reference(context, teachers);
        if (figures is not null && teachers.Count > 1)
        {
            teachers.Add(new TeacherLine("all teachers, mean", "ensemble", figures.Ensemble, teachers.All(t => t.Parameters > 0) ? teachers.Sum(t => t.Parameters) : 0));
        }

        StudentLine[] students = [.. Variants.Of(context.Recipe).Select(v => StudentLine.Of(v, [.. status.Students.Where(s => s.Variant == v)], context.Test is not null, reference))];
        Comparison[] comparisons = [.. students.Skip(1).Select(s => new Comparison(students[0].Variant, s.Variant, PairedTest.Of(students[0].Accuracies, s.Accuracies)))];
        return new RunResults(
            status.Id, status.RecipeHash, context.Test is null ? "validation" : "test", context.Judge.Count, reference?.Name, teachers, students, comparisons,
            status.Students.Sum(s => s.StoreHits) + (figures?.StoreHits ?? 0), status.Students.Sum(s => s.TeacherRows) + (figures?.TeacherRows ?? 0), context.Profile)
        {
            Warnings = [.. context.Teachers.Where((_, k) => figures?.Probabilities[k] == true).Select(t => ProbabilityCheck.Warning(t.Description.Name))],
        };
    }

    /// <summary>The most accurate one by what its checkpoint says of its own validation rows, so that the test rows choose nothing; the first where none says it.</summary>
    private static TeacherLine Reference(RunContext context, IReadOnlyList<TeacherLine> lines)
    {
        int best = 0;
        for (int k = 1; k < context.Teachers.Count; k++)
        {
            double accuracy = context.Teachers[k].Description.Accuracy, highest = context.Teachers[best].Description.Accuracy;
            best = accuracy > highest || (double.IsNaN(highest) && !double.IsNaN(accuracy)) ? k : best;
        }

        return lines[best];
    }
}

/// <summary>One teacher, or their ensemble. <paramref name="Parameters"/> is 0 where a teacher does not say its size.</summary>
internal sealed record TeacherLine(string Name, string Kind, double Accuracy, long Parameters);

/// <summary>One variant over its seeds.</summary>
/// <param name="Variant">The weighting's kind, <c>alone</c>, <c>stages</c>, or the name of a variant.</param>
/// <param name="Accuracies">One per seed, in the recipe's order of seeds.</param>
/// <param name="Accuracy">Their mean and deviation.</param>
/// <param name="Parameters">Weights of the student.</param>
/// <param name="Score">Distillation score against the reference teacher; null without one, or when its size is not known or it is never right.</param>
/// <param name="Shares">Mean weight of each teacher; empty without.</param>
/// <param name="Spreads">Deviation of that weight over the instances of a batch: 0 is a weighting that does not look at the instance.</param>
/// <param name="Seconds">Mean wall time of training, s.</param>
/// <param name="StallShare">Mean share of that time spent waiting for soft targets.</param>
internal sealed record StudentLine(
    string Variant, IReadOnlyList<double> Accuracies, Summary Accuracy, long Parameters, double? Score, IReadOnlyList<double> Shares, IReadOnlyList<double> Spreads, double Seconds, double StallShare)
{
    /// <summary>It has teachers, and its policy never weighted one: its training ended within the warm-up, in which all count equally.</summary>
    [JsonIgnore]
    public bool Unweighted => Shares.Count > 0 && Shares.All(s => s == 0);

    public static StudentLine Of(string variant, IReadOnlyList<StudentStatus> seeds, bool tested, TeacherLine? reference)
    {
        double[] accuracies = [.. seeds.Select(s => tested ? s.TestAccuracy : s.ValidationAccuracy)];
        Summary accuracy = Summary.Of(accuracies);
        long parameters = seeds[0].Parameters;
        double? score = reference is { Accuracy: > 0, Parameters: > 0 } ? DistillationScore.Of(parameters, reference.Parameters, accuracy.Mean, reference.Accuracy, RunResults.ScoreAlpha) : null;
        return new StudentLine(variant, accuracies, accuracy, parameters, score, Means(s => s.Weights), Means(s => s.Spreads), seeds.Average(s => s.Seconds), seeds.Average(s => s.StallShare));

        double[] Means(Func<StudentStatus, double[]> perTeacher) => [.. Enumerable.Range(0, perTeacher(seeds[0]).Length).Select(k => seeds.Average(s => perTeacher(s)[k]))];
    }
}

/// <summary>Two variants, seed by seed.</summary>
internal sealed record Comparison(string First, string Second, PairedTest Test)
{
    // Differences of accuracies that are equal still differ in their last bits.
    private const double Rounding = 1e-12;

    /// <summary>The smallest true difference that these seeds would find 4 times in 5, were the deviation that of all seeds; null below two of them, or without a deviation.</summary>
    public double? Detectable => Test.Count > 1 && Test.Deviation >= Rounding ? DetectableDifference.Of(Test.Count, Test.Deviation) : null;

    public override string ToString()
    {
        string seen = Detectable switch
        {
            null => "",
            >= 1 => " So few seeds see no difference that there can be.",
            { } least => string.Create(CultureInfo.InvariantCulture, $" Would be seen from {100 * least:0.00} points on."),
        };
        string p = Test.Deviation < Rounding ? "– (the difference is the same for every seed, so there is no test)" : Test.PValue < 0.0005 ? "< 0.001" : Test.PValue.ToString("= 0.000", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{First} − {Second}: {100 * Test.MeanDifference:+0.00;−0.00;0.00} points, seed by seed (paired t, p {p}, n = {Test.Count}).{seen}");
    }
}
