using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher check</c>.</summary>
internal static class TeacherCheckCommand
{
    private static readonly Argument Folder = new("FOLDER", "A checkpoint, or a folder with a model as ONNX or TorchScript");

    public static readonly Command Definition = new()
    {
        Path = "teacher check",
        Summary = "Load a model as a silo would, and say what it serves or all that is wrong with it. Needs no silo.",
        Arguments = [Folder],
        Options = [TeacherNameOptions.Input, TeacherNameOptions.Output],
        Remarks = "Before a silo loads a TorchScript file, it runs this command: libtorch may end the process of a model that it cannot compile.",
        Example = "kd teacher check models/other --output logits=dense_2",
        Run = Run,
    };

    private static Task<int> Run(Invocation invocation, CancellationToken stop)
    {
        SiloStarter.PrepareDevice(invocation);
        (Dictionary<string, string> inputs, Dictionary<string, string> outputs) = ([], []);
        TeacherNameOptions.Read(invocation, inputs, outputs);
        TeacherDeployment deployment = new(invocation.Context.At(invocation.Required(0)), "cpu", SoftTargets.ElementType.Float32) { Names = inputs.Count + outputs.Count == 0 ? null : new TensorNames(inputs, outputs) };
        using ITeacherBackend model = TeacherBackends.Load(deployment, tried: true);
        invocation.Terminal.Write($"{model.Kind}, {Human.Short(model.Parameters)} weights, {TeacherText.AnswerOf(model.Labels.Names)}. Outputs: {string.Join(", ", model.Outputs.Select(o => $"{o.Name} {o.Shape}"))}.");
        return Task.FromResult(ExitCode.Ok);
    }
}
