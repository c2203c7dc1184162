using System.Formats.Tar;
using System.IO.Compression;
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
        Assert.Contains("600 rows kept: 600 were, 0 computed.", warmed, StringComparison.Ordinal);

        await KdProcess.RunAsync(old.Home, "run", "start", old.File("student.json"));
        string report = await File.ReadAllTextAsync(Path.Combine(Directory.GetDirectories(Path.Combine(old.Home, "runs"), "student-*").Max()!, "report.md"));
        Assert.Contains("3,960 from the store, 0 computed by teachers", report, StringComparison.Ordinal);
    }

    private sealed class OldHome : IDisposable
    {
        private readonly string _folder;

        private OldHome(string folder) => _folder = folder;

        public string Home => File("home");

        public string File(string name) => Path.Combine(_folder, name);

        public static OldHome Unpack(string name)
        {
            string folder = $"/tmp/kdcluster-{name}";
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            using FileStream file = System.IO.File.OpenRead(Path.Combine(RepositoryFiles.Root, "tests/Cluster.Tests/Homes", name + ".tar.gz"));
            using GZipStream plain = new(file, CompressionMode.Decompress);
            TarFile.ExtractToDirectory(plain, "/tmp", overwriteFiles: true);
            return new(folder);
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
