namespace KdCluster.Tests.OrleansRuntime;

public class CallTests(SiloFixture silo) : SiloTests(silo)
{
    [Fact]
    public async Task Every_kind_of_result_arrives()
    {
        var grain = Grains.GetGrain<ICallGrain>(NewKey());
        await grain.Complete();
        await grain.CompleteValue();
        Assert.Equal(42, await grain.Double(21));
        Assert.Equal($"{grain.GetPrimaryKeyString()}: hello", await grain.Echo("hello"));
        Assert.Equal(1 + 2 + 3 + 4 + 5 + 6 + 7, await grain.Sum(1, 2, 3.0, "four", 5, DayOfWeek.Saturday, new byte[7]));
        Assert.Equal(1, await grain.Sum(1, 0, 0, null, null, DayOfWeek.Sunday, default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_reaches_the_caller_with_its_type_and_its_stack(bool atOnce)
    {
        var grain = Grains.GetGrain<ICallGrain>(NewKey());
        var failure = await Assert.ThrowsAsync<UnlikelyException>(() => atOnce ? grain.Fail("no luck") : grain.FailLater("no luck").AsTask());
        Assert.Equal("no luck", failure.Message);
        Assert.Contains(atOnce ? nameof(CallGrain.Fail) : "Deep", failure.StackTrace);
        Assert.Equal(2, await grain.Double(1));
    }

    [Fact]
    public async Task Keys_are_strings_guids_and_numbers()
    {
        var guid = Guid.NewGuid();
        Assert.Equal(guid, await Grains.GetGrain<IGuidGrain>(guid).Key());
        foreach (var number in new[] { 0L, 7, -1, long.MaxValue, long.MinValue })
            Assert.Equal(number, await Grains.GetGrain<INumberGrain>(number).Key());
        Assert.Equal(guid, Grains.GetGrain<IGuidGrain>(guid).GetPrimaryKey());
        Assert.Equal(-5, Grains.GetGrain<INumberGrain>(-5).GetPrimaryKeyLong());
    }

    [Fact]
    public async Task References_are_arguments_and_results_and_equal_by_grain()
    {
        var grain = Grains.GetGrain<ICallGrain>(NewKey());
        var same = await grain.Myself();
        Assert.Equal(grain, same);
        Assert.Equal(grain.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(grain, Grains.GetGrain<ICallGrain>(NewKey()));
        Assert.Equal(grain.GetPrimaryKeyString(), await Grains.GetGrain<ICallGrain>(NewKey()).KeyOf(grain));
        Assert.Equal($"{grain.GetPrimaryKeyString()}: hi", await Grains.GetGrain<ICallGrain>(NewKey()).AskOther(grain.GetPrimaryKeyString(), "hi"));
        Assert.Equal($"call/{grain.GetPrimaryKeyString()}", grain.GetGrainId().ToString());
        Assert.Equal(grain, Grains.GetGrain<ICallGrain>(grain.GetGrainId()));
    }

    [Fact]
    public async Task Grain_interfaces_may_be_internal() =>
        Assert.Equal(new HiddenAnswer("why!"), await Grains.GetGrain<IHiddenGrain>(NewKey()).Ask("why"));

    [Fact]
    public async Task A_class_is_named_where_an_interface_has_several()
    {
        Assert.Throws<ArgumentException>(() => Grains.GetGrain<IShapeGrain>("a"));
        Assert.Equal("round", await Grains.GetGrain<IShapeGrain>("a", typeof(RoundGrain).FullName).Shape());
        Assert.Equal("square test-square", await Grains.GetGrain<IShapeGrain>("a", typeof(SquareGrain).FullName).Shape());
    }

    [Fact]
    public async Task Calls_come_from_any_thread()
    {
        var grain = Grains.GetGrain<ICallGrain>(NewKey());
        var answers = new int[8];
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() => answers[i] = grain.Double(i).AsTask().GetAwaiter().GetResult())).ToArray();
        foreach (var thread in threads)
            thread.Start();
        await Task.Run(() => Array.ForEach(threads, thread => thread.Join()));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 2 * i), answers);
    }
}
