using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace KdCluster.Tests.GrpcWire;

/// <summary>Message sizes, and what a reader that does not read costs.</summary>
public sealed class LimitTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    private const int Default = 4 * 1024 * 1024;

    [Fact]
    public async Task Server_RefusesAMessageOverItsLimit()
    {
        using var channel = host.Channel();
        var client = new Probe.ProbeClient(channel);
        var failure = await GrpcAssert.FailsAsync(
            StatusCode.ResourceExhausted, async () => await client.EchoAsync(new Ask { Payload = ByteString.CopyFrom(new byte[Default + 1]) }));
        Assert.Equal("Received message exceeds the maximum configured message size.", failure.Status.Detail);
        Assert.Equal("after", (await client.EchoAsync(new Ask { Text = "after" })).Text);
    }

    [Fact]
    public async Task Client_RefusesAMessageOverItsLimit()
    {
        using var channel = host.Channel();
        var failure = await GrpcAssert.FailsAsync(StatusCode.ResourceExhausted, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask { Size = Default + 1 }));
        Assert.Equal("Received message exceeds the maximum configured message size.", failure.Status.Detail);
    }

    [Fact]
    public async Task Client_DoesNotSendAMessageOverItsLimit()
    {
        using var channel = host.Channel(options => options.MaxSendMessageSize = 100);
        var client = new Probe.ProbeClient(channel);
        var failure = await GrpcAssert.FailsAsync(StatusCode.ResourceExhausted, async () => await client.EchoAsync(new Ask { Payload = ByteString.CopyFrom(new byte[101]) }));
        Assert.Equal("Sending message exceeds the maximum configured message size.", failure.Status.Detail);
        using var call = client.Chat();
        await GrpcAssert.FailsAsync(StatusCode.ResourceExhausted, () => call.RequestStream.WriteAsync(new Ask { Payload = ByteString.CopyFrom(new byte[101]) }));
    }

    [Fact]
    public async Task Server_DoesNotSendAMessageOverItsLimit()
    {
        await using var app = await GrpcHost.StartAsync(options => options.MaxSendMessageSize = 100);
        using var channel = GrpcChannel.ForAddress(GrpcHost.AddressOf(app, "http"));
        var failure = await GrpcAssert.FailsAsync(StatusCode.ResourceExhausted, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask { Size = 101 }));
        Assert.Equal("Sending message exceeds the maximum configured message size.", failure.Status.Detail);
    }

    [Fact]
    public async Task LiftedLimits_LetTwentyMebibytesThrough()
    {
        const int Size = 20 * 1024 * 1024;
        await using var app = await GrpcHost.StartAsync(options => options.MaxReceiveMessageSize = null);
        using var channel = GrpcChannel.ForAddress(GrpcHost.AddressOf(app, "http"), new GrpcChannelOptions { MaxReceiveMessageSize = null });
        var payload = new byte[Size];
        new Random(2).NextBytes(payload);
        var answer = await new Probe.ProbeClient(channel).EchoAsync(new Ask { Payload = UnsafeByteOperations.UnsafeWrap(payload) });
        Assert.True(payload.AsSpan().SequenceEqual(answer.Payload.Span));
    }

    [Fact]
    public async Task SlowReader_HoldsTheWriterBack()
    {
        const int Size = 64 * 1024;
        const int Count = 2000; // 125 MiB in all
        using var channel = host.Channel();
        var client = new Probe.ProbeClient(channel);
        var before = host.State.Sent;
        using var call = client.Count(new Ask { Count = Count, Size = Size });
        long lead = 0;
        for (var read = 0; await call.ResponseStream.MoveNext(); read++)
        {
            if (read % 100 == 0)
            {
                // Round trips on the same connection are the clock: time for the writer to run ahead as far as it can.
                for (var i = 0; i < 50; i++)
                {
                    await client.EchoAsync(new Ask());
                }
            }

            lead = Math.Max(lead, host.State.Sent - before - read);
        }

        Assert.Equal(Count, host.State.Sent - before);
        Assert.InRange(lead * Size, 1, 40L * 1024 * 1024);
    }

    [Fact]
    public async Task SlowServer_HoldsTheClientBack()
    {
        // The service reads one message, then waits until its answer is read: the rest stays with the client's writer.
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Chat();
        var payload = ByteString.CopyFrom(new byte[64 * 1024]);
        var written = 0;
        Task write;
        do
        {
            write = call.RequestStream.WriteAsync(new Ask { Payload = payload });
            if (await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(1))) == write)
            {
                await write;
                written++;
            }
        }
        while (write.IsCompleted && written < 2000);
        Assert.InRange(written, 1, 700);
        var back = 0;
        while (back <= written && await call.ResponseStream.MoveNext())
        {
            back++;
        }

        await write;
        Assert.Equal(written + 1, back);
    }
}
