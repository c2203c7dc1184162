using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using KdCluster.Tests.EndToEnd;

namespace KdCluster.Tests.Homes;

/// <summary>Homes that earlier versions wrote. They name their data by absolute paths, so each is unpacked where it was made.</summary>
public sealed class OldHomeTests
{
    /// <summary>Version 0.1 on libtorch 1.13: two teachers, a run over them and 300 rows kept of each one's logits, in float16 and float32.</summary>
    [Fact]
    public async Task Soft_targets_that_version_0_1_kept_are_all_found()
    {
        using OldHome old = OldHome.Unpack("home-1");

        string warmed = await KdProcess.RunAsync(old.Home, "cache", "warm", old.File("student.json"));
        Assert.Contains("600 rows are in the store: 600 were there before, 0 were computed now.", warmed, StringComparison.Ordinal);

        await KdProcess.RunAsync(old.Home, "run", "start", old.File("student.json"));
        string report = await File.ReadAllTextAsync(Path.Combine(Directory.GetDirectories(Path.Combine(old.Home, "runs"), "student-*").Max()!, "report.md"));
        Assert.Contains("3,960 from the store, 0 computed by teachers", report, StringComparison.Ordinal);
    }

    /// <summary>
    /// The first one on TorchSharp 0.107: a run that ended, and the same run killed in the middle of two of its four students. Where this machine's processor gives the bytes of the
    /// one that ended, the one that was killed must end with them too; another kind of processor computes other last digits, and there the run must end.
    /// </summary>
    [Fact]
    public async Task A_run_that_an_earlier_version_was_killed_in_ends_with_the_same_bytes()
    {
        using OldHome old = OldHome.Unpack("home-2");
        string runs = Path.Combine(old.Home, "runs"), ended = Path.Combine(runs, "student-20261127-131542-7d89"), killed = Path.Combine(runs, "student-20261127-131636-09b9");

        await KdProcess.RunAsync(old.Home, "run", "resume", Path.GetFileName(killed));
        await KdProcess.RunAsync(old.Home, "run", "start", old.File("student.json"));

        string again = Directory.GetDirectories(runs, "student-*").Except([ended, killed]).Single();
        Assert.Equal(4, Students(killed).Count);
        if (Students(again).SequenceEqual(Students(ended)))
            Assert.Equal(Students(ended), Students(killed));

        static List<string> Students(string run) => [.. Directory.GetDirectories(Path.Combine(run, "students")).Order().Select(s =>
            Path.GetFileName(s) + " " + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(s, "best", "model.safetensors")))))];
    }

    private sealed class OldHome : IDisposable
    {
        private readonly string _folder;
        private readonly FileStream _alone;

        private OldHome(string folder, FileStream alone) => (_folder, _alone) = (folder, alone);

        public string Home => File("home");

        public string File(string name) => Path.Combine(_folder, name);

        public static OldHome Unpack(string name)
        {
            string folder = $"/tmp/kdcluster-{name}";
            // The place is one for all clones on this machine: a second test run there fails here, and not in the middle.
            FileStream alone = new(folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            using FileStream file = System.IO.File.OpenRead(Path.Combine(RepositoryFiles.Root, "tests/Cluster.Tests/Homes", name + ".tar.gz"));
            using GZipStream plain = new(file, CompressionMode.Decompress);
            TarFile.ExtractToDirectory(plain, "/tmp", overwriteFiles: true);
            return new(folder, alone);
        }

        public void Dispose()
        {
            Directory.Delete(_folder, recursive: true);
            _alone.Dispose();
        }
    }
}
