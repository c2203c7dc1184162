using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Learning.Checkpoints;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Demo;

/// <summary>The demo's teachers: trained once, kept under the home's models, deployed.</summary>
/// <param name="silo">Who trains and serves them.</param>
/// <param name="context">Where to show it.</param>
internal sealed class DemoTeachers(SiloConnection silo, CliContext context)
{
    /// <summary>Trains those whose recipe is not that of the model kept, then deploys all.</summary>
    /// <returns>The exit code of the training.</returns>
    public async Task<int> ProvideAsync(IReadOnlyList<Recipe> recipes, CancellationToken stop)
    {
        Recipe[] missing = [.. recipes.Where(r => !IsKept(r))];
        if (missing.Length < recipes.Count)
            context.Terminal.Note($"Teachers kept from before: {string.Join(", ", recipes.Except(missing).Select(r => r.Name))}.");
        if (missing.Length > 0)
        {
            int code = await TrainAsync(missing, stop).ConfigureAwait(false);
            if (code != ExitCode.Ok)
                return code;
        }

        foreach (Recipe recipe in recipes)
            await silo.DeployAsync(new DeployTeacherRequest { Name = recipe.Name, Checkpoint = silo.Home.Model(recipe.Name) }, stop).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private bool IsKept(Recipe recipe)
    {
        try
        {
            return Checkpoint.ReadConfig(silo.Home.Model(recipe.Name)).Info.RecipeHash == RecipeHash.Of(recipe);
        }
        catch (KdException)
        {
            return false;   // none there, or a damaged one: trained anew either way
        }
    }

    private async Task<int> TrainAsync(Recipe[] recipes, CancellationToken stop)
    {
        context.Terminal.Note($"Training {recipes.Length} teacher(s) from labels: {string.Join(", ", recipes.Select(r => r.Name))}.");
        ListRunsReply before = await silo.Client.CallAsync(
            async () => await silo.Client.Runs.ListAsync(new ListRunsRequest(), cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        List<string> ids = [];
        foreach (Recipe recipe in recipes)
            ids.Add(await BeginAsync(recipe, before.Runs, stop).ConfigureAwait(false));
        var follower = new RunFollower(silo, context);
        IReadOnlyList<Run> runs = await follower.FollowAsync("teachers", ids, stop).ConfigureAwait(false);
        int code = follower.Conclude(runs);
        if (code == ExitCode.Ok)
        {
            foreach ((Recipe recipe, Run run) in recipes.Zip(runs))
                ModelInstaller.Install(silo.Home, recipe.Name, run);
        }

        return code;
    }

    // A demo that was stopped continues with the runs it had begun.
    private async Task<string> BeginAsync(Recipe recipe, IEnumerable<Run> before, CancellationToken stop)
    {
        string hash = RecipeHash.Of(recipe);
        Run? begun = before.LastOrDefault(r => r.RecipeHash == hash && r.State switch
        {
            RunState.Failed => false,
            RunState.Succeeded => r.Students.All(s => Directory.Exists(s.Checkpoint)),
            _ => true,
        });
        if (begun is null)
            return (await RunLauncher.StartAsync(silo, recipe, $"{recipe.Name}.json", stop).ConfigureAwait(false)).Id;
        if (begun.State is RunState.Cancelled or RunState.Interrupted)
            await silo.Client.Run(begun.Id).ResumeAsync(stop).ConfigureAwait(false);
        return begun.Id;
    }
}
