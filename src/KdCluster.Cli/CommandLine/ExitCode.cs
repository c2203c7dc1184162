namespace KdCluster.Cli.CommandLine;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The command worked, what it looked at did not: a run that failed, a check that found damage.</summary>
    public const int Failed = 1;

    /// <summary>A usage mistake or any other coded error, printed on stderr.</summary>
    public const int Error = 2;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT, as shells count).</summary>
    public const int Interrupted = 130;

    /// <summary>The lines of the help.</summary>
    public const string Help = "Exit codes: 0 done; 1 a run failed or a check found a problem; 2 wrong usage or another error with a code; 130 stopped by Ctrl-C.";
}
