using KdCluster.Learning.Data.Spools;
using KdCluster.Learning.Training;

namespace KdCluster.Tests.Data;

public class ByteSpoolTests
{
    [Theory]
    [InlineData(0)]                 // all in the file but the last block
    [InlineData(1 << 20)]
    [InlineData(3 << 20)]
    [InlineData(64 << 20)]          // all in memory
    public void What_is_written_is_read_anywhere_and_by_many_threads(long memory)
    {
        byte[] wanted = new byte[(4 << 20) + 12345];
        new Random(5).NextBytes(wanted);
        ByteSpool spool = new(memory);
        for (int at = 0, turn = 0; at < wanted.Length; turn++)
        {
            int count = Math.Min(CounterRandom.Below(300_000, 3, RandomStream.Rows, turn), wanted.Length - at);
            Assert.Equal(at, spool.Add(wanted.AsSpan(at, count)));
            at += count;
        }

        Assert.Equal(wanted.Length, spool.Length);
        Assert.Equal(memory < 4 << 20, spool.IsSpooled);
        Parallel.For(0, 200, i =>
        {
            int at = CounterRandom.Below(wanted.Length, 4, RandomStream.Rows, i);
            byte[] found = new byte[CounterRandom.Below(Math.Min(2_500_000, wanted.Length - at), 5, RandomStream.Rows, i)];
            spool.Read(at, found);
            Assert.True(wanted.AsSpan(at, found.Length).SequenceEqual(found), $"{found.Length} bytes at {at}");
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => spool.Read(wanted.Length - 1, new byte[2]));
    }

    [Fact]
    public void Whole_blocks_are_read_to_their_last_byte()
    {
        ByteSpool spool = new(0);
        byte[] wanted = [.. Enumerable.Range(0, 2 << 20).Select(i => (byte)(i * 31 >> 8))];
        spool.Add(wanted);
        byte[] found = new byte[wanted.Length];
        spool.Read(0, found);
        Assert.Equal(wanted, found);
    }

    [Fact]
    public void Its_file_has_no_name_that_could_be_left_behind()
    {
        using TemporaryFolder folder = new();
        ByteSpool spool = new(0, folder.Path);
        spool.Add(new byte[5 << 20]);
        Assert.True(spool.IsSpooled);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        GC.KeepAlive(spool);
    }
}
