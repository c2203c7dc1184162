using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.EndToEnd;

/// <summary>A disk without room: said with a code, waited for by nobody, and gone on from when there is room.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public void A_full_disk_is_an_error_of_its_own_and_no_defect()
    {
        IOException full = Assert.ThrowsAny<IOException>(() => File.WriteAllBytes("/dev/full", [1]));

        Assert.Equal("KD1620", KdError.From(full)[0].Code);
        Assert.Equal("KD1620", KdError.From(new InvalidOperationException("written", full))[0].Code);
        Assert.Equal("KD1798", KdError.From(new UnauthorizedAccessException("no"))[0].Code);
        Assert.Equal("KD1599", KdError.From(new InvalidOperationException("no"))[0].Code);
    }

    [MountFact]
    public async Task A_run_for_which_there_is_no_room_ends_with_a_code_and_goes_on_when_there_is()
    {
        using SmallDisk disk = new();

        await using KdProcess first = KdProcess.Start(disk.Home, "run", "start", disk.Recipe);
        Assert.NotEqual(0, await first.EndAsync(s_patience));
        Assert.Contains("KD1620", first.Written, StringComparison.Ordinal);
        Assert.DoesNotContain("KD1599", first.Written, StringComparison.Ordinal);

        disk.Fill();
        await using KdProcess second = KdProcess.Start(disk.Home, "run", "start", disk.Recipe);
        Assert.NotEqual(0, await second.EndAsync(s_patience));
        Assert.Contains("KD1620", second.Written, StringComparison.Ordinal);

        disk.MakeRoom();
        string listed = await KdProcess.RunAsync(disk.Home, "run", "list");
        Assert.DoesNotContain("pending", listed, StringComparison.Ordinal);
        string failed = Regex.Match(listed, "^(full-[0-9a-f-]+) +full +failed", RegexOptions.Multiline).Groups[1].Value;
        Assert.Contains("student alone", await KdProcess.RunAsync(disk.Home, "run", "resume", failed), StringComparison.Ordinal);
    }

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>A home on a file system of its own.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public SmallDisk()
        {
            TinyTask.Write(_folder.Path);
            // 500 words of 1024 numbers: 2 MB of weights, thrice that with the optimizer's.
            File.WriteAllText(Recipe, TinyTask.Recipe(_folder.Path, "full", change: r => r["student"]!["embedding"] = 1024));
            Directory.CreateDirectory(Home);
            Assert.True(Mounts.TryMount(Home, "600k"));
        }

        public string Home => _folder.File("home");

        public string Recipe => _folder.File("full.json");

        private string Filler => Path.Combine(Home, "filler");

        public void Fill()
        {
            // Without a buffer, which would be written once more when the file is closed.
            using FileStream filler = new(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            try
            {
                for (int i = 0; i < 1000; i++)
                    filler.Write(new byte[4096]);
            }
            catch (IOException)
            {
                return;
            }

            Assert.Fail("the small disk took 4 MB");
        }

        public void MakeRoom()
        {
            File.Delete(Filler);
            Assert.True(Mounts.Run("mount", "-o", "remount,size=64m", Home));
        }

        public void Dispose()
        {
            Mounts.Run("umount", Home);
            _folder.Dispose();
        }
    }

    private static class Mounts
    {
        public static bool TryMount(string folder, string size) => Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder);

        public static bool Run(string program, params string[] arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }

    private sealed class MountFactAttribute : FactAttribute
    {
        public MountFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
            : base(file, line) => (Skip, SkipType, SkipUnless) = ("mounting a small file system needs root and the right to mount", typeof(MountFactAttribute), nameof(MayMount));

        public static bool MayMount
        {
            get
            {
                using TemporaryFolder folder = new();
                return Mounts.TryMount(folder.Path, "100k") && Mounts.Run("umount", folder.Path);
            }
        }
    }
}
