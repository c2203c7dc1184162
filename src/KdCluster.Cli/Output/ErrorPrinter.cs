namespace KdCluster.Cli.Output;

/// <summary>Prints errors: one line each, coded; a stack only when asked for.</summary>
internal static class ErrorPrinter
{
    /// <summary>Prints an exception on the error stream.</summary>
    public static void Print(Terminal terminal, Exception exception, bool verbose)
    {
        IReadOnlyList<KdError> errors = exception is KdException coded ? coded.Errors : [Unexpected(exception)];
        Print(terminal, errors);
        if (verbose)
            terminal.Note(exception.ToString());
    }

    /// <summary>Prints coded errors on the error stream.</summary>
    public static void Print(Terminal terminal, IEnumerable<KdError> errors)
    {
        foreach (KdError error in errors)
            terminal.Note(terminal.Paint(error.Code, AnsiColor.Red) + error.ToString()[error.Code.Length..]);
    }

    private static KdError Unexpected(Exception e) => e is UnauthorizedAccessException or IOException
        ? FileErrors.Of(e)!
        // Whoever cancels a command ends it before: this was the other side.
        : e is OperationCanceledException ? new KdError("KD1601", "the silo ended the call before it answered.", null, "It may be stopping or restarting. Try again, or use another silo.")
        : new KdError("KD1799", $"unexpected {e.GetType().Name}: {e.Message.TrimEnd('.')}.", null, "This is a bug in KdCluster; --verbose shows the stack.");
}
