using System.Runtime.InteropServices;
using KdCluster.Cli.CommandLine;

namespace KdCluster.Cli.Silos;

/// <summary>Lets a silo end with the program that started it. That program holds the other end of standard input, which ends when the program does, however it ends.</summary>
internal static partial class ParentWatch
{
    public static readonly Option Option = new("stop-at-eof", null, "Stop when standard input ends. For programs that start silos: the silos then end with the program");

    // A silo that cannot stop in good order, because what it needs for that is gone as well, ends all the same.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <summary>Begins to watch.</summary>
    /// <param name="stop">What else stops the silo.</param>
    /// <returns>Cancelled when the silo is to stop.</returns>
    public static CancellationToken Begin(CancellationToken stop)
    {
        // Ctrl-C in the terminal is for that program, which then stops its silos in order.
        _ = SetProcessGroup(0, 0);
        var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            byte[] ignored = new byte[64];
            while (input.Read(ignored) > 0)
            {
            }

            ended.Cancel();
            Thread.Sleep(s_longest);
            Environment.Exit(ExitCode.Failed);
        })
        { IsBackground = true, Name = "parent" }.Start();
        return ended.Token;
    }

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetProcessGroup(int process, int group);
}
