using KdCluster.Cli.CommandLine;

namespace KdCluster.Cli.Commands;

/// <summary>What the commands on a checkpoint share.</summary>
internal static class StudentArguments
{
    public static readonly Argument Checkpoint = new("CHECKPOINT", "Folder of a checkpoint: config.json, model.safetensors, tokenizer");
}
