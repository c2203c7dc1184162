using Grpc.Core;

namespace KdCluster.Tests.GrpcWire;

/// <summary>Deadlines, and cancellation from both ends.</summary>
public sealed class TimeTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Deadline_EndsBothSides()
    {
        using var channel = host.Channel();
        // Connected before: on a busy machine the deadline would be over before the other side has heard of the call.
        await new Probe.ProbeClient(channel).EchoAsync(new Ask());
        var started = DateTime.UtcNow;
        await GrpcAssert.FailsAsync(
            StatusCode.DeadlineExceeded, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "wait:deadline" }, deadline: started + _short));
        Assert.InRange(DateTime.UtcNow - started, _short * 0.9, TimeSpan.FromSeconds(10));
        await host.State.Seen("deadline:cancelled");
    }

    [Fact]
    public async Task Deadline_InThePastFailsAtOnce()
    {
        using var channel = host.Channel();
        await GrpcAssert.FailsAsync(StatusCode.DeadlineExceeded, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask(), deadline: DateTime.UtcNow.AddSeconds(-1)));
    }

    [Fact]
    public async Task Deadline_EndsAStreamBetweenMessages()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Count(new Ask { Count = 2, Text = "wait:stream-deadline" }, deadline: DateTime.UtcNow + TimeSpan.FromSeconds(1));
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.True(await call.ResponseStream.MoveNext());
        await GrpcAssert.FailsAsync(StatusCode.DeadlineExceeded, () => call.ResponseStream.MoveNext());
        await host.State.Seen("stream-deadline:cancelled");
    }

    [Fact]
    public async Task Deadline_IsToldByTheServerToo()
    {
        // A bare HTTP/2 client has no timer of its own: what it reads is the server's word.
        using var client = new HttpClient();
        using var request = RawHttp.Post(host.Address + "/kdcluster.conformance.Probe/Echo", RawHttp.Frame(new Ask { Text = "wait:server-deadline" }));
        request.Headers.TryAddWithoutValidation("grpc-timeout", "100m");
        using var response = await client.SendAsync(request);
        Assert.Equal("4", RawHttp.Status(response));
    }

    [Fact]
    public async Task Token_CancelsBothSides()
    {
        using var channel = host.Channel();
        using var cancellation = new CancellationTokenSource();
        using var call = new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "wait:token" }, cancellationToken: cancellation.Token);
        await host.State.Seen("token:started");
        await cancellation.CancelAsync();
        await GrpcAssert.FailsAsync(StatusCode.Cancelled, () => call.ResponseAsync);
        await host.State.Seen("token:cancelled");
    }

    [Fact]
    public async Task Token_ThatIsAlreadyCancelled()
    {
        using var channel = host.Channel();
        await GrpcAssert.FailsAsync(StatusCode.Cancelled, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask(), cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public async Task Dispose_CancelsAStream()
    {
        using var channel = host.Channel();
        var call = new Probe.ProbeClient(channel).Count(new Ask { Count = 1, Text = "wait:disposed" });
        Assert.True(await call.ResponseStream.MoveNext());
        call.Dispose();
        await host.State.Seen("disposed:cancelled");
        await Assert.ThrowsAsync<ObjectDisposedException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ChannelDispose_CancelsItsCalls()
    {
        var channel = host.Channel();
        var call = new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "wait:channel" });
        await host.State.Seen("channel:started");
        channel.Dispose();
        await GrpcAssert.FailsAsync(StatusCode.Cancelled, () => call.ResponseAsync);
        await host.State.Seen("channel:cancelled");
        Assert.ThrowsAny<ObjectDisposedException>(() => new Probe.ProbeClient(channel).Echo(new Ask()));
    }

    [Fact]
    public async Task Duplex_CancelledByTheClientIsSeenByTheReader()
    {
        using var channel = host.Channel();
        using var cancellation = new CancellationTokenSource();
        using var call = new Probe.ProbeClient(channel).Chat(cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(new Ask { Text = "watch:duplex" });
        Assert.True(await call.ResponseStream.MoveNext());
        await cancellation.CancelAsync();
        Assert.Equal("cancelled", await host.State.Seen("duplex"));
        await GrpcAssert.FailsAsync(StatusCode.Cancelled, () => call.ResponseStream.MoveNext());
        await GrpcAssert.FailsAsync(StatusCode.Cancelled, () => call.RequestStream.WriteAsync(new Ask()));
    }

    [Fact]
    public async Task Cancellation_ThrowsOperationCanceledWhenAskedTo()
    {
        using var channel = host.Channel(options => options.ThrowOperationCanceledOnCancellation = true);
        using var cancellation = new CancellationTokenSource();
        using var call = new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "wait:oce" }, cancellationToken: cancellation.Token);
        await host.State.Seen("oce:started");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync);
    }

    [Fact]
    public async Task PeerThatDies_MidStream()
    {
        using var channel = host.Channel();
        var client = new Probe.ProbeClient(channel);
        using var call = client.Count(new Ask { Count = 1, Text = "die:dead" });
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync())
            {
            }
        });
        Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        await host.State.Seen("dead:cancelled");
        Assert.Equal("again", (await client.EchoAsync(new Ask { Text = "again" })).Text);
    }

    [Fact]
    public async Task NobodyThere_IsUnavailable()
    {
        using var listener = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        // Bound, never listening: connections are refused, and the port cannot be taken by another.
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress($"http://{listener.LocalEndPoint}");
        await GrpcAssert.FailsAsync(StatusCode.Unavailable, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask()));
    }
}
