using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Storage;
using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>Measures the teachers on the judged rows and writes <c>results.json</c> and <c>report.md</c> into the run's folder.</summary>
internal sealed class RunReportWriter(KdClusterOptions options)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task WriteAsync(RunContext context, RunStatus status, CancellationToken cancellationToken)
    {
        TeacherFigures? figures = context.TestTargets is null ? null : TeacherFigures.Measure(context.TestTargets, context.Judge.Labels, context.Labels.Count, cancellationToken);
        RunResults results = RunResults.Of(context, status, figures);
        RunFolder folder = RunFolder.Of(options, status.Id);
        await AtomicFile.WriteAsync(folder.Results, JsonSerializer.SerializeToUtf8Bytes(results, s_json));
        await AtomicFile.WriteAsync(folder.Report, Encoding.UTF8.GetBytes(Markdown(context, status, results)));
    }

    private static string Markdown(RunContext context, RunStatus status, RunResults results)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {status.Name}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Run `{status.Id}`, recipe `{status.RecipeHash[..12]}`, {context.Train.Count:N0} training rows, {context.Labels.Count} classes;");
        text.AppendLine(CultureInfo.InvariantCulture, $"accuracy on {results.Rows:N0} {results.JudgedOn} rows, mean over {context.Recipe.Training.Seeds.Count} seed(s).").AppendLine();
        text.Append(ReportTable.Of(results, context.Teachers.Count)).AppendLine();
        Notes(text, context, status, results);
        text.AppendLine().AppendLine("## Data").AppendLine().AppendLine("```text").Append(context.Profile).AppendLine("```");
        return text.ToString();
    }

    private static void Notes(StringBuilder text, RunContext context, RunStatus status, RunResults results)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (results.ReferenceTeacher is { } reference)
        {
            text.AppendLine(invariant, $"- Distillation score: {RunResults.ScoreAlpha} · size/size_t + {1 - RunResults.ScoreAlpha} · (1 − acc/acc_t) against teacher `{reference}`, the best on its own validation rows; lower is better.");
            text.AppendLine(invariant, $"- Soft targets: {results.StoreHits:N0} from the store, {results.TeacherRows:N0} computed by teachers (rows × teachers).");
            text.AppendLine(invariant, $"- Waiting for soft targets: {status.Students.Max(s => s.StallShare):P1} of the time of the student that waited most.");
        }

        foreach (Comparison comparison in results.Comparisons.Where(c => c.Test.Count > 1))
        {
            text.AppendLine(invariant, $"- {comparison.First} − {comparison.Second}: {100 * comparison.Test.MeanDifference:+0.00;−0.00} points, seed by seed (paired t, p = {comparison.Test.PValue:0.000}, n = {comparison.Test.Count}).");
        }
    }
}
