namespace KdCluster.Cli;

/// <summary>This program, to be started again as a process beside this one.</summary>
internal static class OwnProgram
{
    /// <summary>What to start: the program's own host (<c>kd</c>), or <c>dotnet</c>.</summary>
    public static string File => Environment.ProcessPath!;

    /// <summary>What stands before its own arguments.</summary>
    public static string[] Prefix => PrefixOf(File, Environment.GetCommandLineArgs()[0]);

    /// <param name="process">The process's file.</param>
    /// <param name="program">What .NET names as the program: the assembly under both hosts.</param>
    internal static string[] PrefixOf(string process, string program) => Path.GetFileNameWithoutExtension(process) == "dotnet" ? [program] : [];
}
