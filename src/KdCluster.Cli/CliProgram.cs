using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

namespace KdCluster.Cli;

/// <summary>From a command line to an exit code.</summary>
/// <param name="commands">What the program can do, in the order of its help.</param>
internal sealed class CliProgram(IReadOnlyList<Command> commands)
{
    private readonly Lazy<Parser> _parser = new(() => new Parser(commands));

    /// <summary>The program's version.</summary>
    public static string Version => KdVersion.Text;

    /// <summary>Runs this process: its terminal, its environment, its signals.</summary>
    /// <param name="commands">What the program can do.</param>
    /// <param name="args">The words after the program's name.</param>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public static async Task<int> RunAsync(IReadOnlyList<Command> commands, string[] args)
    {
        using var signals = new StopSignals();
        return await new CliProgram(commands).RunAsync(args, CliContext.OfProcess(), signals.Stop).ConfigureAwait(false);
    }

    /// <summary>Runs this process as a program of one command, whose word is not written.</summary>
    /// <param name="command">What the program does.</param>
    /// <param name="args">The words after the program's name.</param>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public static Task<int> RunOneAsync(Command command, string[] args) => RunAsync([command], Parser.AsksForCompletion(args) ? args : [command.Path, .. args]);

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
            ErrorPrinter.Print(context.Terminal, e, args.Contains(CommonOptions.Verbose.Name));
            return ExitCode.Error;
        }
    }

    private async Task<int> DispatchAsync(string[] args, CliContext context, CancellationToken stop)
    {
        if (args is ["--version"])
            return Write(context, $"kd {Version}");
        // Without the parser: compiling it for its first line takes a fifth of what the help does.
        if (HelpText.Asked(commands, args, context.Terminal.Width) is { } help)
            return Write(context, help);
        if (Parser.AsksForCompletion(args))
            return Write(context, _parser.Value.Complete(args));

        Invocation invocation = _parser.Value.Parse(args is ["help", ..] ? [.. args[1..], "--help"] : args, context);
        return invocation.Has(CommonOptions.Help)
            ? Write(context, HelpText.Of(invocation.Command, context.Terminal.Width))
            : await invocation.Command.Run(invocation, stop).ConfigureAwait(false);
    }

    private static int Write(CliContext context, string text)
    {
        context.Terminal.Write(text.TrimEnd('\n'));
        return ExitCode.Ok;
    }
}
