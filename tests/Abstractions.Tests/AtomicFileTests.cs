namespace KdCluster.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kd-test-").FullName;

    [Fact]
    public void A_file_is_created_by_one_alone_and_whoever_asks_again_is_told_that_it_is_his()
    {
        string path = Path.Combine(_folder, "1.json");
        Assert.True(AtomicFile.TryCreate(path, [1, 2]));
        Assert.False(AtomicFile.TryCreate(path, [1, 3]));
        Assert.True(AtomicFile.TryCreate(path, [1, 2]));
        Assert.Equal([1, 2], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    // The name was taken when it was tried, and others had written so much since that the file is gone.
    [Fact]
    public void A_file_that_is_gone_when_it_is_looked_at_is_nobodys()
    {
        Assert.False(AtomicFile.Holds(Path.Combine(_folder, "gone.json"), [1]));
        Assert.False(AtomicFile.Holds(Path.Combine(_folder, "gone", "1.json"), [1]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
