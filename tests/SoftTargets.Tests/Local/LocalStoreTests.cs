using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Local;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Local;

public sealed class LocalStoreTests : IDisposable
{
    private static readonly LocalStoreOptions Small = new() { SegmentBytes = 4096 };
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<KdError> _warnings = [];
    private readonly SoftTargetSet _set = Rows.Set();

    public void Dispose() => _folder.Dispose();

    private LocalStore Open(LocalStoreOptions? options = null, string? folder = null) =>
        LocalStore.Open(folder ?? _folder.Path, _warnings.Add, _time, options ?? new LocalStoreOptions());

    [Fact]
    public async Task A_put_is_visible_at_once_and_after_reopening()
    {
        await using (LocalStore store = Open(Small))
        {
            Assert.Empty(await Rows.FoundAsync(store, _set, 0, 10));
            for (int i = 0; i < 1000; i += 50)
            {
                await Rows.PutAsync(store, _set, i, 50);
                Assert.Equal(50, (await Rows.FoundAsync(store, _set, i, 50)).Count);
            }
        }

        await using LocalStore again = Open(Small);
        Assert.Equal(1000, (await Rows.FoundAsync(again, _set, 0, 1100)).Count);
        StoreStats stats = await again.StatsAsync(default);
        Assert.Equal((1000, 1000, 100, 0), (stats.Sets.Single().Rows, stats.Hits, stats.Misses, stats.Damaged));
        Assert.Equal(_set, stats.Sets.Single().Set);
        Assert.True(Directory.GetFiles(_folder.Path, "*.idx", SearchOption.AllDirectories).Length > 5);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Lookups_made_while_the_folder_is_first_read_find_what_is_there()
    {
        await using (LocalStore store = Open(Small))
            await Rows.PutAsync(store, _set, 0, 5000);
        await using LocalStore again = Open(Small);
        using var start = new Barrier(8);
        int[] found = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Rows.FoundAsync(again, _set, i * 100, 100);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap().ContinueWith(t => t.Result.Count, TaskScheduler.Default)));
        Assert.All(found, n => Assert.Equal(100, n));
    }

    [Fact]
    public async Task A_key_keeps_its_first_row_and_sets_do_not_mix()
    {
        await using LocalStore store = Open();
        await Rows.PutAsync(store, _set, 0, 10);
        await store.PutAsync(_set, Rows.Keys(0, 10), new byte[10 * _set.RowBytes], default);
        Assert.Equal(10, (await Rows.FoundAsync(store, _set, 0, 10)).Count);
        Assert.Empty(await Rows.FoundAsync(store, Rows.Set(teacher: 'b'), 0, 10));
        Assert.Equal(10, (await store.StatsAsync(default)).Sets.Single().Rows);
    }

    [Fact]
    public async Task Killed_at_any_byte_all_whole_records_are_read_and_writing_goes_on()
    {
        SoftTargetSet set = Rows.Set(4);
        await using (LocalStore store = Open())
            await Rows.PutAsync(store, set, 0, 5);
        string segment = _folder.Single("*.seg");
        byte[] whole = await File.ReadAllBytesAsync(segment);
        int record = (whole.Length - SegmentHeader.Bytes) / 5;
        for (int length = 0; length <= whole.Length; length++)
        {
            using var copy = new TempFolder();
            _folder.CopyTo(copy.Path);
            await File.WriteAllBytesAsync(copy.Single("*.seg"), whole[..length]);
            int kept = Math.Max(0, length - SegmentHeader.Bytes) / record;
            await using (LocalStore store = Open(folder: copy.Path))
            {
                Assert.Equal(Enumerable.Range(0, kept), await Rows.FoundAsync(store, set, 0, 8));
                await Rows.PutAsync(store, set, 3, 5);
            }

            await using LocalStore again = Open(folder: copy.Path);
            Assert.Equal([.. Enumerable.Range(0, Math.Min(kept, 3)), .. Enumerable.Range(3, 5)], await Rows.FoundAsync(again, set, 0, 8));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flipped_bit_anywhere_loses_at_most_its_record_and_never_gives_a_wrong_number(bool full)
    {
        SoftTargetSet set = Rows.Set(4);
        const int records = 6;
        int size = new RecordLayout(set, SetKey.Of(set)).Bytes;
        var options = new LocalStoreOptions { SegmentBytes = SegmentHeader.Bytes + (size * (full ? records : 100)) };
        await using (LocalStore store = Open(options))
            await Rows.PutAsync(store, set, 0, records);
        Assert.Equal(full ? 1 : 0, Directory.GetFiles(_folder.Path, "*.idx", SearchOption.AllDirectories).Length);
        byte[] whole = await File.ReadAllBytesAsync(_folder.Single("*.seg"));
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            using var copy = new TempFolder();
            _folder.CopyTo(copy.Path);
            await File.WriteAllBytesAsync(copy.Single("*.seg"), damaged);
            await using LocalStore store = Open(options, copy.Path);
            int lost = at < SegmentHeader.Bytes ? -1 : (at - SegmentHeader.Bytes) / size;
            IEnumerable<int> expected = lost < 0 ? [] : Enumerable.Range(0, records).Where(i => i != lost);
            Assert.Equal(expected, await Rows.FoundAsync(store, set, 0, records));
            await Rows.PutAsync(store, set, 0, records);
            Assert.Equal(records, (await Rows.FoundAsync(store, set, 0, records)).Count);
            Assert.True((await store.StatsAsync(default)).Damaged > 0);
        }
    }

    [Fact]
    public async Task A_damaged_index_file_is_rebuilt()
    {
        await using (LocalStore store = Open(Small))
            await Rows.PutAsync(store, _set, 0, 200);
        foreach (string index in Directory.GetFiles(_folder.Path, "*.idx", SearchOption.AllDirectories))
        {
            byte[] bytes = await File.ReadAllBytesAsync(index);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(index, bytes);
        }

        for (int pass = 0; pass < 2; pass++)
        {
            await using LocalStore store = Open(Small);
            Assert.Equal(200, (await Rows.FoundAsync(store, _set, 0, 200)).Count);
            foreach (string index in Directory.GetFiles(_folder.Path, "*.idx", SearchOption.AllDirectories))
                File.Delete(index);
        }
    }

    [Fact]
    public async Task Two_stores_on_one_folder_see_each_others_rows_and_never_share_a_segment()
    {
        await using LocalStore first = Open(Small), second = Open(Small);
        Assert.Equal(first.Id, second.Id);
        for (int i = 0; i < 300; i += 10)
        {
            await Rows.PutAsync(first, _set, 2 * i, 10);
            await Rows.PutAsync(second, _set, (2 * i) + 10, 10);
        }

        await first.FlushAsync(default);
        await second.FlushAsync(default);
        Assert.Equal(300, (await Rows.FoundAsync(first, _set, 0, 600)).Count);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(600, (await Rows.FoundAsync(first, _set, 0, 600)).Count);
        Assert.Equal(600, (await Rows.FoundAsync(second, _set, 0, 600)).Count);
        Assert.Equal(new StoreVerification(600, 0, 0), await first.VerifyAsync(false, default));
    }

    [Fact]
    public async Task A_set_cleared_elsewhere_is_seen_to_be_gone_and_written_again()
    {
        await using LocalStore first = Open(), second = Open();
        await Rows.PutAsync(first, _set, 0, 20);
        await first.FlushAsync(default);
        Assert.Equal(20, await second.ClearAsync(_set.Teacher, default));
        await first.FlushAsync(default);
        Assert.Empty(await Rows.FoundAsync(first, _set, 0, 20));
        await Rows.PutAsync(first, _set, 0, 20);
        await first.FlushAsync(default);
        await using LocalStore third = Open();
        Assert.Equal(20, (await Rows.FoundAsync(third, _set, 0, 20)).Count);
    }

    [Fact]
    public async Task Clear_takes_one_teacher_or_all()
    {
        SoftTargetSet other = Rows.Set(teacher: 'b');
        await using LocalStore store = Open();
        await Rows.PutAsync(store, _set, 0, 30);
        await Rows.PutAsync(store, other, 0, 40);
        Assert.Equal(30, await store.ClearAsync(_set.Teacher, default));
        Assert.Empty(await Rows.FoundAsync(store, _set, 0, 30));
        Assert.Equal(40, (await Rows.FoundAsync(store, other, 0, 40)).Count);
        Assert.Equal(40, await store.ClearAsync(null, default));
        Assert.Empty((await store.StatsAsync(default)).Sets);
    }

    [Fact]
    public async Task Verify_counts_damaged_rows_and_repair_drops_them()
    {
        await using (LocalStore writer = Open(Small))
            await Rows.PutAsync(writer, _set, 0, 200);
        foreach (string segment in Directory.GetFiles(_folder.Path, "*.seg", SearchOption.AllDirectories).Order().Take(2))
        {
            byte[] bytes = await File.ReadAllBytesAsync(segment);
            bytes[SegmentHeader.Bytes + 20] ^= 1;
            await File.WriteAllBytesAsync(segment, bytes);
        }

        await using LocalStore store = Open(Small);
        Assert.Equal(new StoreVerification(200, 2, 0), await store.VerifyAsync(repair: false, default));
        Assert.Equal(new StoreVerification(200, 2, 2), await store.VerifyAsync(repair: true, default));
        var read = new RowsRead();
        Assert.Equal(new StoreVerification(198, 0, 0), await store.VerifyAsync(repair: false, default, read));
        Assert.Equal(198, read.Sum);
        Assert.True(read.Times > 2);
        Assert.Equal(198, (await Rows.FoundAsync(store, _set, 0, 200)).Count);
    }

    [Fact]
    public async Task Many_threads_put_and_get_at_once()
    {
        await using LocalStore store = Open(new LocalStoreOptions { SegmentBytes = 16 << 10, PendingBytes = 32 << 10 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 200; i++)
            {
                int first = random.Next(2000);
                await Rows.PutAsync(store, _set, first, 16);
                Assert.Equal(16, (await Rows.FoundAsync(store, _set, first, 16)).Count);
            }
        })));
        await store.FlushAsync(default);
        int rows = (await Rows.FoundAsync(store, _set, 0, 2100)).Count;
        Assert.Equal(new StoreVerification(rows, 0, 0), await store.VerifyAsync(false, default));
        Assert.Equal(0, (await store.StatsAsync(default)).Dropped);
    }

    [Fact]
    public async Task What_cannot_be_written_is_dropped_and_counted_said_once_and_written_again_later()
    {
        await using LocalStore store = Open();
        string folder = Path.Combine(_folder.Path, SetKey.Of(_set).Name);
        await File.WriteAllTextAsync(folder, "in the way");
        await Rows.PutAsync(store, _set, 0, 10);
        await Rows.PutAsync(store, _set, 10, 10);
        Assert.Empty(await Rows.FoundAsync(store, _set, 0, 20));
        Assert.Equal(20, (await store.StatsAsync(default)).Dropped);
        Assert.Equal("KD1403", Assert.Single(_warnings).Code);

        File.Delete(folder);
        await Rows.PutAsync(store, _set, 0, 10);
        Assert.Equal(30, (await store.StatsAsync(default)).Dropped);
        _time.Advance(TimeSpan.FromSeconds(6));
        await Rows.PutAsync(store, _set, 0, 20);
        Assert.Equal(20, (await Rows.FoundAsync(store, _set, 0, 20)).Count);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_refused()
    {
        string file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.Equal("KD1402", Assert.Throws<KdException>(() => Open(folder: Path.Combine(file, "store"))).Code);
    }
}
