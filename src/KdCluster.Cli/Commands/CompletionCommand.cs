using KdCluster.Cli.CommandLine;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd completion</c>.</summary>
internal static class CompletionCommand
{
    public static readonly Command Definition = new()
    {
        Path = "completion",
        Summary = "Print the script that lets a shell complete commands, options and their values.",
        Arguments = [new Argument("SHELL", "bash, zsh or fish") { Choices = ["bash", "zsh", "fish"] }],
        Remarks = "For the current shell only: source <(kd completion bash). It completes every command named kd, also ./kd."
            + "\nzsh reads it from a file _kd in a folder of $fpath, fish from ~/.config/fish/completions/kd.fish.",
        Example = "kd completion bash > ~/.local/share/bash-completion/completions/kd",
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        using var script = new StreamReader(typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion/kd.{invocation.Required(0)}")!);
        invocation.Terminal.Write((await script.ReadToEndAsync(stop).ConfigureAwait(false)).TrimEnd());
        return ExitCode.Ok;
    }
}
