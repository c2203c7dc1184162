using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Commands;

namespace KdCluster.Cli;

/// <summary>Every command, in the order of the help.</summary>
internal static class CommandTable
{
    public static readonly IReadOnlyList<Command> All =
    [
        RunStartCommand.Definition,
        RunWatchCommand.Definition,
        RunListCommand.Definition,
        RunCancelCommand.Definition,
        RunResumeCommand.Definition,
        RunReportCommand.Definition,
        RecipeCheckCommand.Definition,
        RecipeSchemaCommand.Definition,
    ];
}
