using System.Reflection;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

namespace KdCluster.Cli;

/// <summary>From a command line to an exit code.</summary>
internal static class CliProgram
{
    private static readonly Lazy<Parser> s_parser = new(() => new Parser(CommandTable.All));

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="context">The world around it.</param>
    /// <param name="stop">Ctrl-C or SIGTERM.</param>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public static async Task<int> RunAsync(string[] args, CliContext context, CancellationToken stop)
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
            ErrorPrinter.Print(context.Terminal, e, args.Contains(CommonOptions.Verbose.Name));
            return ExitCode.Error;
        }
    }

    private static async Task<int> DispatchAsync(string[] args, CliContext context, CancellationToken stop)
    {
        if (args is ["--version"])
            return Write(context, $"kd {Version}");
        // Without the parser: compiling it for its first line takes a fifth of what the help does.
        if (HelpText.Asked(CommandTable.All, args, context.Terminal.Width) is { } help)
            return Write(context, help);
        if (Parser.AsksForCompletion(args))
            return Write(context, s_parser.Value.Complete(args));

        Invocation invocation = s_parser.Value.Parse(args is ["help", ..] ? [.. args[1..], "--help"] : args, context);
        return invocation.Has(CommonOptions.Help)
            ? Write(context, HelpText.Of(invocation.Command, context.Terminal.Width))
            : await invocation.Command.Run(invocation, stop).ConfigureAwait(false);
    }

    /// <summary>The program's version.</summary>
    public static string Version => KdVersion.Text;

    private static int Write(CliContext context, string text)
    {
        context.Terminal.Write(text.TrimEnd('\n'));
        return ExitCode.Ok;
    }
}
