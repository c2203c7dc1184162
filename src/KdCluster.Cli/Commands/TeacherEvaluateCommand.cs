using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher evaluate</c>.</summary>
internal static class TeacherEvaluateCommand
{
    public static readonly Command Definition = new()
    {
        Path = "teacher evaluate",
        Summary = "Score a deployed teacher on the data of a recipe.",
        Arguments = [ModelName.Argument],
        Options = [CommonOptions.Recipe, CommonOptions.Set, SplitOption.Option, .. CommonOptions.Connection],
        Remarks = "The teacher is called over gRPC, like by a student. Kept soft targets are not computed again.",
        Example = "kd teacher evaluate docs-text-cnn --recipe recipes/dotnet-docs.json",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        string name = invocation.Required(0);
        Recipe recipe = RecipeSource.Read(invocation);
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            Teacher before = await silo.DescribeAsync(name, stop).ConfigureAwait(false);
            if (LabelSpace.Of(before.Labels).IsNextToken)
                throw new KdException("KD1704", "the teacher is a language model, and its answers at each token are not asked here.", $"teacher {name}", "Evaluate its checkpoint by kd student evaluate; a run's report has the figures of its teachers.");
            (TaskData data, DataSplit split, string which) = SplitOption.Load(invocation, recipe);
            var scorer = new TeacherScorer(silo, before);
            InputEncoder encoder = await scorer.EncoderAsync(stop).ConfigureAwait(false);
            EncodedSplit rows = SplitOption.For(data, split, encoder, LabelSpace.Of(before.Labels), $"teacher {name}");
            SplitOption.Warn(invocation, data, encoder);
            using var meter = new Meter(invocation.Terminal, invocation.Context.Time, $"asking {name}", rows.Count);
            EvaluationResult result = await scorer.ScoreAsync(rows, meter.Show, stop).ConfigureAwait(false);
            meter.Dispose();
            Teacher after = await silo.DescribeAsync(name, stop).ConfigureAwait(false);
            long computed = Math.Clamp(after.RowsComputed - before.RowsComputed, 0, rows.Count);
            invocation.Terminal.Write(RunText.Join(
                $"{name}:",
                EvaluationText.Of(which, result, Metric.Accuracy, Metric.CrossEntropy),
                $"{Human.Count(rows.Count)} rows",
                $"{Human.Count(computed)} computed, {Human.Count(rows.Count - computed)} kept"));
            return ExitCode.Ok;
        });
    }
}
