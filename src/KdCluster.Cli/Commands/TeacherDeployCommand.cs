using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Silos;
using KdCluster.Cluster.Teachers;
using KdCluster.Teachers;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher deploy</c>.</summary>
internal static class TeacherDeployCommand
{
    private static readonly Option Checkpoint = new("checkpoint", "FOLDER", "Checkpoint folder that the silo can read. Default: home/models/NAME");

    private static readonly Option Device = new("device", "DEVICE", "cpu, cuda or cuda:N. Default: $KD_DEVICE, else that of its silo");

    private static readonly Option Element = new("element", "TYPE", "Number format of its soft targets when sent and kept: float32, float16, bfloat16, or topk: the largest logits alone (see --top-k). Default: float16")
    {
        Choices = ["float32", "float16", "bfloat16", "topk"],
    };

    private static readonly Option TopK = new("top-k", "K", "With --element topk, and required there: how many of the logits are kept. The probability of the others is shared equally among them");

    private static readonly Option Compile = new("compile", null, "Compute it by ONNX Runtime instead of libtorch: on a CPU 1.5 to 2.1 times as fast (see docs/models.md). Its soft targets have keys of their own");

    private static readonly Option Precision = new("precision", "TYPE", "What it is computed in: f32, bf16 (for transformers three times as fast on a processor with AVX512-BF16), or auto: bf16 where it gains time and the answers change little. Soft targets in bf16 have keys of their own. Default: f32")
    {
        Choices = PrecisionNames.All,
    };

    public static readonly Command Definition = new()
    {
        Path = "teacher deploy",
        Summary = "Deploy a trained model as a teacher, or replace the teacher of that name.",
        Arguments = [ModelName.Argument],
        Options = [Checkpoint, Device, Element, TopK, Compile, TeacherNameOptions.Input, TeacherNameOptions.Output, Precision, .. CommonOptions.Connection],
        Remarks = "The key of kept soft targets is a fingerprint of the weights, not the name: the same weights under another name find them again.",
        Example = "kd teacher deploy docs-text-cnn --checkpoint .kd/models/docs-text-cnn",
        Run = RunAsync,
    };

    /// <summary>Deploys, and says what was deployed.</summary>
    public static async Task DeployAsync(Invocation invocation, SiloConnection silo, string name, string folder, CancellationToken stop)
    {
        DeployTeacherRequest request = new()
        {
            Name = name,
            Checkpoint = folder,
            Device = invocation.Value(Device) ?? "",
            Element = ElementOf(invocation.Value(Element)),
            TopK = CountOf(invocation),
            Compile = invocation.Has(Compile),
            Precision = PrecisionOf(invocation),
        };
        TeacherNameOptions.Read(invocation, request.Inputs, request.Outputs);
        Teacher teacher = await silo.DeployAsync(request, stop).ConfigureAwait(false);
        invocation.Terminal.Write($"{teacher.Name} deployed on {teacher.Device}: {teacher.Kind}, {Human.Short(teacher.Parameters)} weights, {TeacherText.AnswerOf(teacher.Labels)}{(teacher.Precision == V1.Precision.Bf16 ? ", bf16" : "")}.");
        if (teacher.PrecisionReason.Length > 0)
            invocation.Terminal.Note($"Precision {TeacherText.PrecisionOf(teacher)}: {teacher.PrecisionReason}");
        if (silo.InProcess)
            invocation.Terminal.Note("It serves while a silo uses this home, or while a command runs one.");
    }

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        string name = ModelName.Checked(invocation.Required(0));
        string folder = invocation.Context.At(invocation.Value(Checkpoint) ?? KdHome.Of(invocation).Model(name));
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            await DeployAsync(invocation, silo, name, folder, stop).ConfigureAwait(false);
            return ExitCode.Ok;
        });
    }

    private static int CountOf(Invocation invocation) => (invocation.Value(Element) == "topk", invocation.Number(TopK, 1)) switch
    {
        (true, null) => throw new KdException("KD1703", "it is not said how many of the logits are kept.", "--element topk", "Add --top-k K."),
        (false, not null) => throw new KdException("KD1703", "a number of logits has a meaning with `--element topk` only.", "--top-k", "Leave it out, or add --element topk."),
        (_, var count) => count ?? 0,
    };

    private static V1.Precision PrecisionOf(Invocation invocation)
    {
        V1.Precision precision = invocation.Value(Precision) is { } name ? TeacherMessages.ToProto(PrecisionNames.Parse(name)) : V1.Precision.Unspecified;
        return precision == V1.Precision.Bf16 && invocation.Has(Compile)
            ? throw new KdException("KD1326", "ONNX Runtime computes a checkpoint in single precision.", "--precision bf16", "Leave out --compile or --precision.")
            : precision;
    }

    private static ElementType ElementOf(string? element) => element switch
    {
        "float32" => ElementType.Float32,
        "float16" => ElementType.Float16,
        "bfloat16" => ElementType.Bfloat16,
        "topk" => ElementType.TopK,
        _ => ElementType.Unspecified,
    };
}
