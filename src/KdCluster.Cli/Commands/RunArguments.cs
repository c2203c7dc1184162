using KdCluster.Cli.CommandLine;

namespace KdCluster.Cli.Commands;

/// <summary>What the commands on one run share.</summary>
internal static class RunArguments
{
    public static readonly Argument Id = new("ID", "The run's id: kd run list shows them");
}
