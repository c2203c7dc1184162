using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Onnx;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd student export</c>.</summary>
internal static class StudentExportCommand
{
    private static readonly Option Onnx = new("onnx", null, "As ONNX, which runtimes of many languages read. The only format there is");

    public static readonly Command Definition = new()
    {
        Path = "student export",
        Summary = "Write a checkpoint in another format: a folder with the model, its labels and its tokenizer. Needs no silo.",
        Arguments = [StudentArguments.Checkpoint, new Argument("FOLDER", "The folder to write; what was there is replaced")],
        Options = [Onnx],
        Remarks = "Inputs, int64 [batch, length]: input_ids, attention_mask and, for BERT, token_type_ids; for images pixels, uint8 [batch, channels, height, width]. The folder can be deployed as a teacher.",
        Example = "kd student export .kd/models/docs-text-cnn docs-onnx --onnx",
        Run = Run,
    };

    private static Task<int> Run(Invocation invocation, CancellationToken stop)
    {
        if (!invocation.Has(Onnx))
            throw new KdException("KD1704", "no format is named.", "student export", "Give --onnx.");
        string from = invocation.Context.At(invocation.Required(0)), to = invocation.Context.At(invocation.Required(1));
        SiloStarter.PrepareDevice(invocation);
        Checkpoint checkpoint = Checkpoint.Load(from);
        using Model model = checkpoint.Model;
        using TorchSharp.torch.Generator? random = model.Random;
        if (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Select(Path.GetFileName).Except(OnnxFolder.FilesOf(checkpoint)).FirstOrDefault() is { } other)
            throw new KdException("KD1704", $"the folder holds {other} too, which would be lost.", to, "Name a new folder, or one that was written by this command.");
        IReadOnlyList<string> outputs = OnnxFolder.Write(to, checkpoint);
        invocation.Terminal.Note($"The {model.Spec.Kind} is in {Path.Combine(to, OnnxExport.FileName)}: {string.Join(", ", outputs)}.");
        return Task.FromResult(ExitCode.Ok);
    }
}
