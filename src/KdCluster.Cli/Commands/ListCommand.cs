using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Recipes;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd list</c>.</summary>
internal static class ListCommand
{
    public static readonly Command Definition = new()
    {
        Path = "list",
        Summary = $"List what a recipe can name: {string.Join(", ", RecipeCatalog.Kinds)}.",
        Arguments = [new Argument("KIND", "What to list. Default: everything", required: false) { Choices = RecipeCatalog.Kinds }],
        Example = "kd list losses",
        Run = (invocation, _) => Task.FromResult(Run(invocation)),
    };

    private static int Run(Invocation invocation)
    {
        string? wanted = invocation.Argument(0);
        var table = new Table("kind", "name", "what it is");
        foreach (string kind in RecipeCatalog.Kinds.Where(k => wanted is null || k == wanted))
        {
            foreach (RecipeChoice choice in RecipeCatalog.Of(kind))
                table.Add(kind, choice.Name, choice.Doc);
        }

        table.WriteTo(invocation.Terminal);
        return ExitCode.Ok;
    }
}
