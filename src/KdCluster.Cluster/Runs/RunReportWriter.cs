using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Storage;
using KdCluster.Learning.Data;
using KdCluster.Metrics;
using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>Measures the teachers on the judged rows and writes <c>results.json</c> and <c>report.md</c> into the run's folder.</summary>
internal sealed class RunReportWriter(KdClusterOptions options)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task WriteAsync(RunContext context, RunStatus status, CancellationToken cancellationToken)
    {
        TeacherFigures? figures = context.TestTargets is null ? null : TeacherFigures.Measure(context.TestTargets, context.Judge, context.Labels.Count, cancellationToken);
        RunResults results = RunResults.Of(context, status, figures);
        (long kept, long total, KdError? trouble) = results.TeacherRows == 0 ? default : await context.CountKeptAsync(cancellationToken);
        string? unkept = kept == total ? null : $"- The store gives {kept:N0} of the {total:N0} soft targets (rows × teachers) that this run used; another run asks the teachers for the others again.{(trouble is null ? "" : $" {trouble}")}";
        RunFolder folder = RunFolder.Of(options, status.Id);
        AtomicFile.Write(folder.Results, JsonSerializer.SerializeToUtf8Bytes(results, s_json));
        AtomicFile.Write(folder.Report, Encoding.UTF8.GetBytes(Markdown(context, status, results, folder, unkept)));
    }

    private static string Markdown(RunContext context, RunStatus status, RunResults results, RunFolder folder, string? unkept)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {status.Name}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Run `{status.Id}`, recipe `{status.RecipeHash[..12]}`, {Rows(context.Train)}, {Labels(context)};");
        text.AppendLine(CultureInfo.InvariantCulture, $"{string.Join(", ", results.Students[0].Measured.Select(m => m.Metric.Title))} on {results.Rows:N0} {results.JudgedOn} rows, mean over {context.Recipe.Training.Seeds.Count} seed(s).").AppendLine();
        text.Append(ReportTable.Of(results, context.Teachers.Count)).AppendLine();
        if (GridTable.Of(context.Recipe, results.Students) is { } grid)
        {
            text.Append(grid).AppendLine();
        }

        foreach (IGrouping<string, StudentStatus> variant in status.Students.GroupBy(s => s.Variant))
        {
            if (StageTable.Of(variant.Select(s => folder.Stages(s.Variant, s.Seed))) is { } stages)
            {
                string whose = variant.Key == Variants.Staged ? "" : $"Student {variant.Key}, ";
                text.AppendLine(CultureInfo.InvariantCulture, $"{(whose.Length > 0 ? $"{whose}stage" : "Stage")} by stage, on the validation rows:").AppendLine().Append(stages).AppendLine();
            }
        }

        Notes(text, context, status, results, unkept);
        text.AppendLine().AppendLine("## Data").AppendLine().AppendLine("```text").Append(context.Profile).AppendLine("```");
        return text.ToString();
    }

    private static string Labels(RunContext context) => context.Labels.IsScore ? "a score"
        : context.Labels.IsNextToken ? string.Create(CultureInfo.InvariantCulture, $"{Said(context.Train):N0} tokens to say of {context.Encoder.ShapeOf(context.Recipe.Student, 1).Vocabulary:N0}, and {Said(context.Judge):N0} where it is judged")
        : $"{context.Labels.Count} classes";

    // Of each text all tokens but the first.
    private static long Said(EncodedSplit rows) => rows.Views.Sum(v => v.Length - 1L);

    private static string Rows(EncodedSplit train)
    {
        int labelled = train.LabelledCount;
        return string.Create(CultureInfo.InvariantCulture, $"{labelled:N0} training rows{(labelled == train.Count ? "" : $" and {train.Count - labelled:N0} without labels")}");
    }

    private static string Score(RunContext context, RunResults results, string reference)
    {
        bool known = context.Teachers.Any(t => !double.IsNaN(t.Description.Accuracy));
        string chosen = known ? "the best on its own validation rows" : "the first, since none says how good it is on its own validation rows";
        return results.Students.All(s => s.Score is null)
            ? $"- No distillation score: the size of teacher `{reference}` ({chosen}) is not known, or it is never right."
            : string.Create(CultureInfo.InvariantCulture, $"- Distillation score: {RunResults.ScoreAlpha} · size/size_t + {1 - RunResults.ScoreAlpha} · (1 − acc/acc_t) against teacher `{reference}`, {chosen}; lower is better.");
    }

    private static IEnumerable<string> Undefined(RunResults results) =>
    [
        .. results.Teachers.Where(t => t.Result.Find(Metric.MeanSquaredError) is not null && t.Result.Find(Metric.Pearson) is null).Select(t => $"Teacher {t.Name}"),
        .. results.Students.Where(s => s.Measured.Any(m => m.IsUndefined)).Select(s => $"Student {s.Variant}, with {s.Judged.Values.Count(double.IsNaN)} of {s.Judged.Values.Count} seed(s)"),
    ];

    private static void Notes(StringBuilder text, RunContext context, RunStatus status, RunResults results, string? unkept)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (results.ReferenceTeacher is { } reference)
        {
            text.AppendLine(Score(context, results, reference));
        }

        if (context.Teachers.Count > 0)
        {
            text.AppendLine(invariant, $"- Soft targets: {results.StoreHits:N0} from the store, {results.TeacherRows:N0} computed by teachers (rows × teachers).");
            text.AppendLine(invariant, $"- Waiting for soft targets: {status.Students.Max(s => s.StallShare):P1} of the time of the student that waited most.");
        }

        foreach (string who in Undefined(results))
        {
            text.AppendLine(invariant, $"- {who}: a correlation is undefined, since all scores or all labels are one number.");
        }

        foreach (KdError error in results.Warnings)
        {
            text.AppendLine(invariant, $"- {error}");
        }

        if (unkept is not null)
        {
            text.AppendLine(unkept);
        }

        if (results.Teachers.Take(context.Teachers.Count).Where(t => t.Parameters == 0).Select(t => t.Name).ToArray() is { Length: > 0 } unsized)
        {
            text.AppendLine(invariant, $"- Not known: the size of teacher {string.Join(", ", unsized)}, whose server does not say it.");
        }

        foreach (StudentLine student in results.Students.Where(s => s.Unweighted))
        {
            text.AppendLine(invariant, $"- Student {student.Variant} has no shares: its training is no longer than the warm-up (`weighting.studentWarmup`), in which all teachers count equally.");
        }

        foreach (Comparison comparison in results.Comparisons.Where(c => c.Test.Count > 1))
        {
            text.AppendLine(invariant, $"- {comparison}");
        }

        if (results.Comparisons.Any(c => c.Detectable is not null))
        {
            text.AppendLine("- “Would be seen from”: the smallest true difference that a test with so many seeds finds 4 times in 5, if differences vary as they did here. From few seeds that is a rough figure. The p are not corrected for their number.");
        }
        else if (results.Comparisons.Any(c => c.Test.Count == 1))
        {
            text.AppendLine("- One seed: no difference between two rows can be told from chance.");
        }
    }
}
