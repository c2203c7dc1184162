using System.Reflection;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

namespace KdCluster.Cli;

/// <summary>From a command line to an exit code.</summary>
/// <param name="commands">The table of commands.</param>
internal sealed class CliProgram(IReadOnlyList<Command> commands)
{
    private static readonly string[] HelpWords = ["--help", "-h", "help"];

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="context">The world around it.</param>
    /// <param name="stop">Ctrl-C or SIGTERM.</param>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public async Task<int> RunAsync(string[] args, CliContext context, CancellationToken stop)
    {
        try
        {
            return await DispatchAsync(args, context, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            ErrorPrinter.Print(context.Terminal, e, args.Contains("--" + CommonOptions.Verbose.Name));
            return ExitCode.Error;
        }
    }

    private async Task<int> DispatchAsync(string[] args, CliContext context, CancellationToken stop)
    {
        if (args is ["--version"])
        {
            context.Terminal.Write($"kd {Version}");
            return ExitCode.Ok;
        }

        // `kd help run start` is `kd run start --help`.
        if (args is ["help", _, ..])
            args = [.. args[1..], "--help"];
        if (args.Length == 0 || HelpWords.Contains(args[0]))
            return Help(context, HelpText.Of(commands, null, context.Terminal.Width));

        var parser = new Parser(commands);
        if (parser.Choose(args, out int words) is { } command)
        {
            Invocation invocation = Parser.Parse(command, args.AsSpan(words), context);
            return invocation.Has(CommonOptions.Help)
                ? Help(context, HelpText.Of(command, context.Terminal.Width))
                : await command.Run(invocation, stop).ConfigureAwait(false);
        }

        bool group = args is [_, var word] && HelpWords.Contains(word) && commands.Any(c => c.Path.StartsWith(args[0] + " ", StringComparison.Ordinal));
        return group ? Help(context, HelpText.Of(commands, args[0], context.Terminal.Width)) : throw parser.NoCommand(args);
    }

    /// <summary>The program's version.</summary>
    public static string Version => KdVersion.Text;

    private static int Help(CliContext context, string text)
    {
        context.Terminal.Write(text.TrimEnd('\n'));
        return ExitCode.Ok;
    }
}
