using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Recipes;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd recipe check</c>.</summary>
internal static class RecipeCheckCommand
{
    public static readonly Command Definition = new()
    {
        Path = "recipe check",
        Summary = "Check a recipe and print what it means: every key, defaults filled in.",
        Arguments = [new Argument("FILE", "The recipe's file")],
        Options = [CommonOptions.Set],
        Remarks = "All mistakes are printed at once, each with its line. The data itself is read when the run starts.",
        Example = "kd recipe check recipes/sst2.json",
        Run = (invocation, _) =>
        {
            Recipe recipe = RecipeSource.Read(invocation.Context.At(invocation.Required(0)), invocation.Values(CommonOptions.Set));
            invocation.Terminal.Write(RecipeWriter.Write(recipe).TrimEnd());
            invocation.Terminal.Note($"Hash: {RecipeHash.Of(recipe)}");
            return Task.FromResult(ExitCode.Ok);
        },
    };
}
