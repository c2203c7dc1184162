using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher train</c>.</summary>
internal static class TeacherTrainCommand
{
    private static readonly Option Deploy = new("deploy", null, "Deploy it after the training");

    public static readonly Command Definition = new()
    {
        Path = "teacher train",
        Summary = "Train a teacher from labels, and keep its best checkpoint in home/models/NAME.",
        Arguments = [ModelName.Argument],
        Options = [CommonOptions.Recipe, CommonOptions.Set, Deploy, .. CommonOptions.Connection],
        Remarks = "The recipe has no teachers: its `student` is the model. With several seeds, the best on the validation rows is kept. With a silo on another machine, the checkpoint stays in the run's folder there.",
        Example = "kd teacher train docs-text-cnn --recipe recipes/docs-text-cnn.json --deploy",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        string name = ModelName.Checked(invocation.Required(0));
        Recipe recipe = RecipeSource.Read(invocation);
        if (recipe.Teachers.Count > 0)
            throw new KdException("KD1704", "the recipe has teachers, so it trains a student.", "--recipe", "Leave `teachers` out of a teacher's recipe, or use kd run start.");
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            string file = invocation.Value(CommonOptions.Recipe)!;
            await RecipeChecker.CheckAsync(silo.Client, invocation.Terminal, recipe, file, stop).ConfigureAwait(false);
            RunHandle run = await RunLauncher.StartAsync(silo, recipe, file, stop).ConfigureAwait(false);
            (Run ended, int code) = await RunLauncher.FollowAsync(silo, invocation.Context, $"training {name}", run.Id, stop).ConfigureAwait(false);
            if (code != ExitCode.Ok)
                return code;
            Student best = ModelInstaller.Best(ended);
            // A silo elsewhere keeps it where it sees it, and deploys it from there.
            string folder = Directory.Exists(best.Checkpoint) ? ModelInstaller.Install(silo.Home, name, ended).Folder : best.Checkpoint;
            string figures = best.Metric.Length == 0 ? RunText.Join(RunText.Accuracy("test accuracy", best.TestAccuracy), RunText.Accuracy("validation accuracy", best.ValidationAccuracy)) : RunText.Join(RunText.Figure("test", best, tested: true), RunText.Figure("validation", best, tested: false));
            invocation.Terminal.Write(RunText.Join($"{name}:", figures, $"trained in {Human.Duration(best.Seconds)}", folder));
            if (invocation.Has(Deploy))
                await TeacherDeployCommand.DeployAsync(invocation, silo, name, folder, stop).ConfigureAwait(false);
            else
                invocation.Terminal.Note($"To deploy it: {silo.Line(folder == best.Checkpoint ? $"teacher deploy {name} --checkpoint {folder}" : $"teacher deploy {name}")}");
            return ExitCode.Ok;
        });
    }
}
