using KdCluster.Cluster.Storage;
using KdCluster.Tests.Support;
using Orleans.Runtime;

namespace KdCluster.Tests.Storage;

public class FileGrainStorageTests
{
    [Fact]
    public async Task What_is_written_is_read_and_what_is_cleared_is_gone()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "a/b c");

        await storage.WriteStateAsync("s", id, new Kept { State = [1.5, double.NaN] });
        Kept read = new();
        await storage.ReadStateAsync("s", id, read);
        Kept other = new();
        await storage.ReadStateAsync("s", GrainId.Create("run", "a"), other);

        Assert.True(read.RecordExists);
        Assert.Equal([1.5, double.NaN], read.State!);
        Assert.False(other.RecordExists);
        await storage.ClearStateAsync("s", id, read);
        Kept gone = new();
        await storage.ReadStateAsync("s", id, gone);
        Assert.False(gone.RecordExists);
    }

    [Fact]
    public async Task A_damaged_file_is_a_coded_error_that_names_it()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "x");
        await storage.WriteStateAsync("s", id, new Kept { State = [1] });
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(file, "{ \"State\": [1,");

        KdException damaged = await Assert.ThrowsAsync<KdException>(() => storage.ReadStateAsync("s", id, new Kept()));

        Assert.Equal("KD1603", damaged.Code);
        Assert.Equal(file, damaged.Errors[0].Where);
    }

    [Fact]
    public async Task A_file_of_a_release_before_the_check_is_read_and_bears_one_once_it_is_written_again()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "x");
        string file = folder.File("s/x.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "{ \"ETag\": \"1\", \"State\": [1.5, \"NaN\"] }");

        Kept read = new();
        await storage.ReadStateAsync("s", id, read);
        Assert.Equal([1.5, double.NaN], read.State!);
        await storage.WriteStateAsync("s", id, read);
        Assert.Contains("\"Check\"", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    private sealed class Kept : IGrainState<List<double>>
    {
        [System.Diagnostics.CodeAnalysis.AllowNull]
        public List<double> State { get; set; } = [];

        [System.Diagnostics.CodeAnalysis.AllowNull]
        public string ETag { get; set; } = "";

        public bool RecordExists { get; set; }
    }
}
