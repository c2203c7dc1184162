using System.Globalization;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>The numbers of a run's report; written as <c>results.json</c> and as the table of <c>report.md</c>.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Recipe">SHA-256 of the effective recipe.</param>
/// <param name="JudgedOn"><c>test</c> or <c>validation</c>: the rows that the figures are of.</param>
/// <param name="Rows">How many rows those are.</param>
/// <param name="ReferenceTeacher">The teacher against which the distillation score is taken; null without teachers, and of tasks without classes.</param>
/// <param name="Teachers">One line per teacher, then their ensemble.</param>
/// <param name="Students">One line per variant.</param>
/// <param name="Comparisons">The recipe's own weighting against each baseline, seed by seed.</param>
/// <param name="StoreHits">Rows × teachers that the store had.</param>
/// <param name="TeacherRows">Rows × teachers that teachers computed.</param>
/// <param name="Data">What the data hold, and what in them looks wrong.</param>
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
            t.Description.Name, t.Description.Kind, figures.Results[k], t.Description.Parameters))];
        // Only accuracies are shares that the score can be made of.
        TeacherLine? reference = teachers.Count == 0 || !context.Labels.HasClasses ? null : Reference(context, teachers);
        if (figures is not null && teachers.Count > 1)
        {
            teachers.Add(new TeacherLine("all teachers, mean", "ensemble", figures.Ensemble, teachers.All(t => t.Parameters > 0) ? teachers.Sum(t => t.Parameters) : 0));
        }

        IReadOnlyList<Metric> metrics = Metric.Of(context.Recipe.TaskOrDefault());
        StudentLine[] students = [.. Variants.Of(context.Recipe).Select(v => StudentLine.Of(v, [.. status.Students.Where(s => s.Variant == v)], metrics, context.Test is not null, reference))];
        Comparison[] comparisons = [.. students.Skip(1).Where(s => !students[0].Judged.IsUndefined && !s.Judged.IsUndefined)
            .Select(s => new Comparison(students[0].Variant, s.Variant, PairedTest.Of(students[0].Judged.Values, s.Judged.Values)) { Metric = metrics[0] })];
        return new RunResults(
            status.Id, status.RecipeHash, context.Test is null ? "validation" : "test", context.Judge.Count, reference?.Name, teachers, students, comparisons,
            status.Students.Sum(s => s.StoreHits) + (figures?.StoreHits ?? 0), status.Students.Sum(s => s.TeacherRows) + (figures?.TeacherRows ?? 0), context.Profile)
        {
            Warnings = [.. context.Teachers.Where((_, k) => figures?.Probabilities[k] == true && context.Labels.HasClasses).Select(t => ProbabilityCheck.Warning(t.Description.Name))],
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
internal sealed record TeacherLine(string Name, string Kind, [property: JsonIgnore] EvaluationResult Result, long Parameters)
{
    /// <summary>0 to 1; null: a regression.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Accuracy => Result.Find(Metric.Accuracy);

    /// <summary>Of a regression, by name; what is undefined is left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Figures => Accuracy is null ? Result.ByName() : null;
}

/// <summary>A figure of one variant over its seeds.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Values">One per seed, in the recipe's order of seeds; NaN where it is undefined.</param>
internal sealed record SeedFigures(Metric Metric, IReadOnlyList<double> Values)
{
    /// <summary>Their mean and deviation; NaN where one is undefined.</summary>
    public Summary Summary { get; } = Summary.Of(Values);

    /// <summary>Whether it is undefined for a seed.</summary>
    public bool IsUndefined => Values.Any(double.IsNaN);
}

/// <summary>A figure of a regression in <c>results.json</c>.</summary>
/// <param name="Values">One per seed; null: undefined.</param>
/// <param name="Mean">Null where one is undefined.</param>
/// <param name="Deviation">Null where one is undefined, and with one seed.</param>
internal sealed record ScoreFigures(IReadOnlyList<double?> Values, double? Mean, double? Deviation)
{
    public static ScoreFigures Of(SeedFigures figures) => new([.. figures.Values.Select(Known)], Known(figures.Summary.Mean), Known(figures.Summary.Deviation));

    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}

/// <summary>One variant over its seeds.</summary>
/// <param name="Variant">The weighting's kind, <c>alone</c>, <c>stages</c>, or the name of a variant.</param>
/// <param name="Measured">What the task's report shows; the first is what variants are compared by.</param>
/// <param name="Parameters">Weights of the student.</param>
/// <param name="Score">Distillation score against the reference teacher; null without one, or when its size is not known or it is never right.</param>
/// <param name="Shares">Mean weight of each teacher; empty without.</param>
/// <param name="Spreads">Deviation of that weight over the instances of a batch: 0 is a weighting that does not look at the instance.</param>
/// <param name="Seconds">Mean wall time of training, s.</param>
/// <param name="StallShare">Mean share of that time spent waiting for soft targets.</param>
internal sealed record StudentLine(
    string Variant, [property: JsonIgnore] IReadOnlyList<SeedFigures> Measured, long Parameters, double? Score, IReadOnlyList<double> Shares, IReadOnlyList<double> Spreads, double Seconds, double StallShare)
{
    /// <summary>What variants are compared by.</summary>
    [JsonIgnore]
    public SeedFigures Judged => Measured[0];

    /// <summary>One per seed, in the recipe's order of seeds; null: a regression.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Accuracies => IsAccuracy ? Judged.Values : null;

    /// <summary>Their mean and deviation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Summary? Accuracy => IsAccuracy ? Judged.Summary : null;

    /// <summary>Of a regression, by name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ScoreFigures>? Figures => IsAccuracy ? null : Measured.ToDictionary(m => m.Metric.Name, ScoreFigures.Of);

    /// <summary>It has teachers, and its policy never weighted one: its training ended within the warm-up, in which all count equally.</summary>
    [JsonIgnore]
    public bool Unweighted => Shares.Count > 0 && Shares.All(s => s == 0);

    private bool IsAccuracy => Judged.Metric == Metric.Accuracy;

    public static StudentLine Of(string variant, IReadOnlyList<StudentStatus> seeds, IReadOnlyList<Metric> metrics, bool tested, TeacherLine? reference)
    {
        SeedFigures[] measured = [.. metrics.Select(m => new SeedFigures(m, [.. seeds.Select(s => s.Figure(m, tested))]))];
        long parameters = seeds[0].Parameters;
        double? score = reference is { Accuracy: > 0 and { } accuracy, Parameters: > 0 } ? DistillationScore.Of(parameters, reference.Parameters, measured[0].Summary.Mean, accuracy, RunResults.ScoreAlpha) : null;
        return new StudentLine(variant, measured, parameters, score, Means(s => s.Weights), Means(s => s.Spreads), seeds.Average(s => s.Seconds), seeds.Average(s => s.StallShare));

        double[] Means(Func<StudentStatus, double[]> perTeacher) => [.. Enumerable.Range(0, perTeacher(seeds[0]).Length).Select(k => seeds.Average(s => perTeacher(s)[k]))];
    }
}

/// <summary>Two variants, seed by seed.</summary>
internal sealed record Comparison(string First, string Second, PairedTest Test)
{
    /// <summary>What is compared.</summary>
    [JsonIgnore]
    public Metric Metric { get; init; } = Metric.Accuracy;

    /// <summary>Its name; null: accuracy.</summary>
    [JsonPropertyName("metric"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MetricName => Metric == Metric.Accuracy ? null : Metric.Name;

    /// <summary>The smallest true difference that these seeds would find 4 times in 5, were the deviation that of all seeds; null below two of them, or without a deviation.</summary>
    public double? Detectable => Test.IsTested ? Test.Detectable : null;

    public override string ToString()
    {
        string seen = Detectable switch
        {
            null => "",
            >= 1 when Metric == Metric.Accuracy => " So few seeds see no difference that there can be.",
            { } least => $" Would be seen from {MetricText.Of(Metric, least)} {MetricText.Unit(Metric)} on.",
        };
        string p = !Test.IsTested ? "– (the difference is the same for every seed, so there is no test)" : Test.PValue < 0.0005 ? "< 0.001" : Test.PValue.ToString("= 0.000", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{First} − {Second}: {MetricText.Difference(Metric, Test.MeanDifference)} {MetricText.Unit(Metric)}, seed by seed (paired t, p {p}, n = {Test.Count}).{seen}");
    }
}
