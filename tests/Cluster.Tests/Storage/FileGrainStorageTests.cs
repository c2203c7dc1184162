using KdCluster.Cluster.Storage;
using KdCluster.Tests.Support;
using Orleans.Runtime;
using Orleans.Storage;

namespace KdCluster.Tests.Storage;

public class FileGrainStorageTests
{
    [Fact]
    public async Task What_is_written_is_read_and_what_is_cleared_is_gone()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "a/b c");

        await storage.WriteStateAsync("s", id, new Kept<List<double>> { State = [1.5, double.NaN] });
        Kept<List<double>> read = new();
        await storage.ReadStateAsync("s", id, read);
        Kept<List<double>> other = new();
        await storage.ReadStateAsync("s", GrainId.Create("run", "a"), other);

        Assert.True(read.RecordExists);
        Assert.Equal([1.5, double.NaN], read.State!);
        Assert.False(other.RecordExists);
        await storage.ClearStateAsync("s", id, read);
        Kept<List<double>> gone = new();
        await storage.ReadStateAsync("s", id, gone);
        Assert.False(gone.RecordExists);
        gone.State = [2];
        await storage.WriteStateAsync("s", id, gone);
        await storage.ReadStateAsync("s", id, other);
        Assert.True(other.RecordExists);
        Assert.Equal([2], other.State);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("s", id, read));
    }

    [Fact]
    public async Task Four_generations_are_kept_and_what_killed_writers_left_of_others_goes()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "x");
        Directory.CreateDirectory(folder.File("s/x.state"));
        await File.WriteAllTextAsync(folder.File("s/x.state/2.json.left.tmp"), "");
        await File.WriteAllTextAsync(folder.File("s/x.state/9.json.left.tmp"), "");
        Kept<List<double>> kept = new();
        for (int i = 1; i <= 7; i++)
            await storage.WriteStateAsync("s", id, kept);

        Assert.Equal(["4.json", "5.json", "6.json", "7.json", "9.json.left.tmp"], Directory.GetFiles(folder.File("s/x.state")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_damaged_file_is_a_coded_error_that_names_it()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "x");
        await storage.WriteStateAsync("s", id, new Kept<List<double>> { State = [1] });
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(file, "{ \"State\": [1,");

        KdException damaged = await Assert.ThrowsAsync<KdException>(() => storage.ReadStateAsync("s", id, new Kept<List<double>>()));

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

        Kept<List<double>> read = new();
        await storage.ReadStateAsync("s", id, read);
        Assert.Equal([1.5, double.NaN], read.State!);
        for (int i = 1; i <= 4; i++)
        {
            Assert.True(File.Exists(file));
            read.State = [i];
            await storage.WriteStateAsync("s", id, read);
            Assert.Contains("\"Check\"", await File.ReadAllTextAsync(folder.File($"s/x.state/{i}.json")), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(file));
        await storage.ReadStateAsync("s", id, read);
        Assert.Equal([4], read.State);
    }

    [Fact]
    public async Task A_generation_that_leads_nowhere_is_an_error_and_not_looked_for_for_ever()
    {
        using TemporaryFolder folder = new();
        FileGrainStorage storage = new(folder.Path);
        GrainId id = GrainId.Create("run", "x");
        await storage.WriteStateAsync("s", id, new Kept<List<double>> { State = [1] });
        File.CreateSymbolicLink(folder.File("s/x.state/2.json"), folder.File("nowhere"));

        await Assert.ThrowsAsync<FileNotFoundException>(() => storage.ReadStateAsync("s", id, new Kept<List<double>>()).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>The second writer writes when the first has compared etags and not yet written: just there it serializes its state.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_writers_that_read_the_same_state_one_is_told_that_it_lost(bool written)
    {
        using TemporaryFolder folder = new();
        FileGrainStorage first = new(folder.Path), second = new(folder.Path);
        GrainId id = GrainId.Create("run", "x");
        if (written)
            await first.WriteStateAsync("s", id, new Kept<Slow> { State = new Slow { Value = 1 } });
        Kept<Slow> mine = new(), other = new();
        await first.ReadStateAsync("s", id, mine);
        await second.ReadStateAsync("s", id, other);
        other.State.Value = 2;
        mine.State = new Slow { Value = 3, Meanwhile = () => second.WriteStateAsync("s", id, other).GetAwaiter().GetResult() };

        await Assert.ThrowsAsync<InconsistentStateException>(() => first.WriteStateAsync("s", id, mine));

        Kept<Slow> read = new();
        await first.ReadStateAsync("s", id, read);
        Assert.Equal((2, other.ETag), (read.State.Value, read.ETag));
    }

    private sealed class Slow
    {
        private int _value;

        [System.Text.Json.Serialization.JsonIgnore]
        public Action? Meanwhile { get; set; }

        public int Value
        {
            get
            {
                Meanwhile?.Invoke();
                return _value;
            }
            set => _value = value;
        }
    }

    private sealed class Kept<T> : IGrainState<T>
        where T : new()
    {
        [System.Diagnostics.CodeAnalysis.AllowNull]
        public T State { get; set; } = new();

        [System.Diagnostics.CodeAnalysis.AllowNull]
        public string ETag { get; set; } = "";

        public bool RecordExists { get; set; }
    }
}
