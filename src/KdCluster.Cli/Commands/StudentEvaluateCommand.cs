using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.Recipes;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd student evaluate</c>.</summary>
internal static class StudentEvaluateCommand
{
    public static readonly Command Definition = new()
    {
        Path = "student evaluate",
        Summary = "Score a checkpoint on the data of a recipe. Needs no silo.",
        Arguments = [StudentArguments.Checkpoint],
        Options = [CommonOptions.Recipe, CommonOptions.Set, SplitOption.Option, CommonOptions.Device, CommonOptions.Home],
        Example = "kd student evaluate .kd/models/docs-text-cnn --recipe recipes/dotnet-docs.json",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        string folder = invocation.Context.At(invocation.Required(0));
        Recipe recipe = RecipeSource.Read(invocation);
        (TaskData data, DataSplit split, string which) = SplitOption.Load(invocation, recipe);
        Checkpoint checkpoint = Checkpoint.Load(folder, SiloStarter.PrepareDevice(invocation));
        using Model model = checkpoint.Model;
        SplitOption.Warn(invocation, data, checkpoint.Encoder);
        EncodedSplit rows = SplitOption.For(data, split, checkpoint.Encoder, checkpoint.Labels, folder);
        EvaluationResult result = Evaluator.Evaluate(model, rows, cancellationToken: stop);
        invocation.Terminal.Write(RunText.Join(
            EvaluationText.Of(which, result, Metric.Accuracy, Metric.MacroF1, Metric.CrossEntropy, Metric.CalibrationError),
            $"{Human.Count(result.Count)} {(checkpoint.Labels.IsNextToken ? "tokens" : "rows")}"));
        return Task.FromResult(ExitCode.Ok);
    }
}
