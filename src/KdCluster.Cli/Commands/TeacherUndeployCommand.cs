using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Silos;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher undeploy</c>.</summary>
internal static class TeacherUndeployCommand
{
    public static readonly Command Definition = new()
    {
        Path = "teacher undeploy",
        Summary = "Take a teacher out of service. Its checkpoint and its soft targets are kept.",
        Arguments = [ModelName.Argument],
        Options = CommonOptions.Connection,
        Example = "kd teacher undeploy docs-text-cnn",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            string name = invocation.Required(0);
            if (!await silo.UndeployAsync(name, stop).ConfigureAwait(false))
                throw new KdException("KD1308", "there is no such teacher.", name, "kd teacher list shows the teachers.");
            invocation.Terminal.Write($"{name} undeployed.");
            return ExitCode.Ok;
        }),
    };
}
