using Orleans.Storage;

namespace KdCluster.Tests.OrleansRuntime;

public class StorageTests(SiloFixture silo) : SiloTests(silo)
{
    private IStoredGrain NewGrain() => Grains.GetGrain<IStoredGrain>(NewKey(), typeof(StoredGrain).FullName);

    [Fact]
    public async Task Our_own_storage_is_read_before_activation_and_written_when_asked()
    {
        var grain = NewGrain();
        Assert.Equal(0, await grain.Get());
        Assert.Equal((null, false), await grain.Record());
        await grain.Set(5);
        Assert.Equal(("1", true), await grain.Record());
        Silo.Storage.Overwrite("number", grain.GetGrainId(), new Stored(9));
        Assert.Equal(5, await grain.Get());
        Assert.Equal(9, await grain.Reread());
        await grain.Clear();
        Assert.Equal((null, false), await grain.Record());
        Assert.Equal(-1, await grain.Get());
        var mine = Silo.Storage.Log.Where(entry => entry.Grain == grain.GetGrainId());
        Assert.Equal([("read", "number"), ("write", "number"), ("read", "number"), ("clear", "number")], mine.Select(entry => (entry.Operation, entry.StateName)));
    }

    [Fact]
    public async Task A_storage_that_cannot_write_is_told_to_the_caller()
    {
        var grain = NewGrain();
        Silo.Storage.Fails[grain.GetGrainId()] = "write";
        var failure = await Assert.ThrowsAsync<OrleansException>(() => grain.Set(1));
        Assert.IsType<IOException>(failure.InnerException);
        Silo.Storage.Fails.TryRemove(grain.GetGrainId(), out _);
        await grain.Set(2);
        Assert.Equal(2, await grain.Reread());
    }

    [Fact]
    public async Task A_storage_that_cannot_read_fails_the_activation_until_it_can()
    {
        var grain = NewGrain();
        Silo.Storage.Fails[grain.GetGrainId()] = "read";
        var failure = await Assert.ThrowsAnyAsync<Exception>(grain.Get);
        Assert.Contains("cannot read", failure.ToString());
        Silo.Storage.Fails.TryRemove(grain.GetGrainId(), out _);
        Assert.Equal(0, await grain.Get());
    }

    [Fact]
    public async Task A_grain_that_would_undo_another_s_write_is_deactivated_and_reads_anew()
    {
        var grain = NewGrain();
        await grain.Set(1);
        Silo.Storage.Overwrite("number", grain.GetGrainId(), new Stored(50));
        var failure = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Set(2));
        Assert.Equal("1", failure.CurrentEtag);
        Assert.Equal("2", failure.StoredEtag);
        Assert.Equal(50, await grain.Get());
        await grain.Set(51);
        Assert.Equal(51, await grain.Reread());
    }

    [Fact]
    public async Task A_storage_that_is_not_there_is_named()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(Grains.GetGrain<IStoredGrain>(NewKey(), typeof(HomelessGrain).FullName).Get);
        Assert.Contains("nowhere", failure.ToString());
    }
}
