using System.Diagnostics;
using System.Text.Json;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Storage;

/// <summary>Two processes that write the state of one grain.</summary>
public class TwoWritersTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>On a disk in memory where there is one: without waiting for a disk they meet most.</summary>
    private static string? Memory => Directory.Exists("/dev/shm") ? "/dev/shm" : null;

    [Fact]
    public async Task Of_ten_thousand_writes_that_two_processes_contend_for_none_is_lost()
    {
        using TemporaryFolder folder = new(Memory);
        using Writer first = Writer.Start(folder.Path, 0, "5000"), second = Writer.Start(folder.Path, 1, "5000");
        await Task.WhenAll(first.LineAsync("ready"), second.LineAsync("ready"));
        first.Go();
        second.Go();

        string[] ended = await Task.WhenAll(first.LineAsync(), second.LineAsync());

        Assert.All(ended, e => Assert.StartsWith("done: ", e, StringComparison.Ordinal));
        Assert.Contains(ended, e => !e.StartsWith("done: 0 mismatches", StringComparison.Ordinal));
        Assert.Equal([5000, 5000], Counts(folder.Path));
        Assert.InRange(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Length, 1, 5);
    }

    /// <summary>The number that the stopped one is about to take is taken, or was taken and is free again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task A_writer_that_was_stopped_holds_up_nobody_and_is_told_that_it_lost(int meanwhile)
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new(Memory);
        using Writer before = Writer.Start(folder.Path, 0, "3");
        before.Go();
        await before.LineAsync("done: ");
        using Writer stopped = Writer.Start(folder.Path, 1, "freeze"), other = Writer.Start(folder.Path, 0, $"{meanwhile}");
        stopped.Go();
        await stopped.LineAsync("compared");
        await stopped.SignalAsync("STOP");
        stopped.Go();

        other.Go();
        await other.LineAsync("done: 0 mismatches");
        await stopped.SignalAsync("CONT");

        await stopped.LineAsync("mismatch: ");
        Assert.Equal([3 + meanwhile, 0], Counts(folder.Path));
    }

    private static int[] Counts(string folder)
    {
        string newest = Directory.GetFiles(Path.Combine(folder, "s", "counted.state"), "*.json").MaxBy(f => int.Parse(Path.GetFileNameWithoutExtension(f), null))!;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(newest));
        return document.RootElement.GetProperty("Content").GetProperty("Own").Deserialize<int[]>()!;
    }

    private sealed class Writer(Process process) : IDisposable
    {
        public static Writer Start(string folder, int number, string what) => new(Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "StateWriter.dll"), folder, $"{number}", what]) { RedirectStandardInput = true, RedirectStandardOutput = true })!);

        public void Go()
        {
            process.StandardInput.WriteLine();
            process.StandardInput.Flush();
        }

        /// <summary>Its next line, past the one that says that it is ready.</summary>
        public async Task<string> LineAsync(string start = "")
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
            }
            while (line == "ready" && start != "ready");

            Assert.StartsWith(start, line, StringComparison.Ordinal);
            return line!;
        }

        public async Task SignalAsync(string signal)
        {
            using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            await kill.WaitForExitAsync();
            // The signal goes to one thread, and the others run on until that one is scheduled.
            while (signal == "STOP" && Directory.GetDirectories($"/proc/{process.Id}/task").Any(t => !Stopped(Path.Combine(t, "stat"))))
                await Task.Delay(10);
        }

        // "number (name) state …"; a thread that has ended is not in the way.
        private static bool Stopped(string stat)
        {
            try
            {
                string text = File.ReadAllText(stat);
                return text[text.LastIndexOf(')')..].StartsWith(") T", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return true;
            }
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }
    }
}
