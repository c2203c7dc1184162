using Grpc.Core;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Services;

public class KestrelBoundsTests
{
    [Fact]
    public async Task A_message_may_be_as_large_as_said_and_no_larger()
    {
        await using TinySilo silo = await TinySilo.StartAsync();

        // 40 MB, more than the server's own bound for a body: it is read, and its mistakes are told.
        KdException read = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(new string(' ', 40 << 20)));
        Assert.Equal("KD1001", read.Code);
        // The client's own bound is the silo's.
        RpcException large = await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Runs.StartAsync(new StartRunRequest { Recipe = new string(' ', 65 << 20) }));
        Assert.Equal(StatusCode.ResourceExhausted, large.StatusCode);
    }

    [Fact]
    public async Task Headers_beyond_the_bound_are_refused_and_the_silo_goes_on()
    {
        await using TinySilo silo = await TinySilo.StartAsync();

        await Assert.ThrowsAsync<RpcException>(async () => await silo.Client.Runs.ListAsync(new ListRunsRequest(), new Metadata { { "long", new string('x', 64 << 10) } }));

        Assert.Empty((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs);
    }

    [Fact]
    public async Task More_calls_than_one_connection_takes_find_another()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        using CancellationTokenSource done = new();
        AsyncServerStreamingCall<Grpc.Health.V1.HealthCheckResponse>[] watches =
            [.. Enumerable.Range(0, 300).Select(_ => new Grpc.Health.V1.Health.HealthClient(silo.Client.Invoker).Watch(new(), cancellationToken: done.Token))];

        Assert.All(await Task.WhenAll(watches.Select(w => w.ResponseStream.MoveNext(done.Token))), Assert.True);
        await done.CancelAsync();
    }
}
