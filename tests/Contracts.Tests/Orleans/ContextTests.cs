using Orleans.Runtime;

namespace KdCluster.Tests.OrleansRuntime;

public class ContextTests(SiloFixture silo) : SiloTests(silo)
{
    [Fact]
    public async Task Values_go_along_with_the_call_and_the_calls_it_makes()
    {
        var key = NewKey();
        RequestContext.Set(key, "value");
        Assert.Equal("value", await Grains.GetGrain<IContextGrain>(NewKey()).Seen(key));
        Assert.Equal("value", await Grains.GetGrain<IContextGrain>(NewKey()).SeenByOther(key, NewKey()));
        Assert.True(RequestContext.Remove(key));
        Assert.Null(await Grains.GetGrain<IContextGrain>(NewKey()).Seen(key));
    }

    [Fact]
    public async Task Values_never_come_back_nor_stay()
    {
        var key = NewKey();
        var grain = Grains.GetGrain<IContextGrain>(NewKey());
        RequestContext.Set(key, "mine");
        await grain.Overwrite(key, "theirs");
        Assert.Equal("mine", RequestContext.Get(key));
        RequestContext.Clear();
        Assert.Null(await grain.Seen(key));
    }

    [Fact]
    public async Task Other_values_of_the_caller_s_flow_stay_with_the_caller()
    {
        var local = AmbientGrain.Ambient;
        local.Value = "caller";
        Assert.Null(await Grains.GetGrain<IAmbientGrain>(NewKey()).Seen());
        Assert.Equal("caller", local.Value);
    }

    [Fact]
    public async Task Incoming_filters_run_in_order_and_change_arguments_and_results()
    {
        var topic = NewKey();
        var grain = Grains.GetGrain<IContextGrain>(NewKey());
        RequestContext.Set(IncomingFilter.Key, topic);
        Assert.Equal("ababab!", await grain.Filtered("ab", 2));
        Assert.Equal($"first Filtered ContextGrain ContextGrain IContextGrain {grain.GetGrainId()}", await Probe.Next(topic));
        Assert.Equal("second Filtered", await Probe.Next(topic));
        Assert.Equal("grain Filtered", await Probe.Next(topic));
        Assert.Equal("result ababab!", await Probe.Next(topic));
        Assert.Equal("saved from filtered", await grain.Failing());
        RequestContext.Clear();
    }

    [Fact]
    public async Task Outgoing_filters_run_at_the_caller()
    {
        var (asking, asked) = (NewKey(), NewKey());
        RequestContext.Set(OutgoingFilter.Key, "out");
        Assert.Equal("out Seen from outside", await Grains.GetGrain<IContextGrain>(asked).Seen(OutgoingFilter.IncomingMark));
        Assert.Equal($"out Seen from {asking}", await Grains.GetGrain<IContextGrain>(asking).SeenByOther(OutgoingFilter.IncomingMark, asked));
        RequestContext.Clear();
    }
}

public interface IAmbientGrain : IGrainWithStringKey
{
    Task<string?> Seen();
}

public class AmbientGrain : Grain, IAmbientGrain
{
    public static readonly AsyncLocal<string?> Ambient = new();

    public Task<string?> Seen() => Task.FromResult(Ambient.Value);
}
