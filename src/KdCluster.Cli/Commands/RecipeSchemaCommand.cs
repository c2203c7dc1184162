using KdCluster.Cli.CommandLine;
using KdCluster.Recipes;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd recipe schema</c>.</summary>
internal static class RecipeSchemaCommand
{
    public static readonly Command Definition = new()
    {
        Path = "recipe schema",
        Summary = "Print the JSON schema of a recipe, for editors.",
        Example = "kd recipe schema > recipe.schema.json",
        Run = (invocation, _) =>
        {
            invocation.Terminal.Write(RecipeSchema.Generate().TrimEnd());
            return Task.FromResult(ExitCode.Ok);
        },
    };
}
