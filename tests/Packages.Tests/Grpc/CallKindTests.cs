using Google.Protobuf;
using Grpc.Core;

namespace KdCluster.Tests.GrpcWire;

public sealed class CallKindTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    [Fact]
    public async Task Unary_AnswersWithWhatWasAsked()
    {
        using var channel = host.Channel();
        var client = new Probe.ProbeClient(channel);
        using var call = client.EchoAsync(new Ask { Number = 7, Text = "héllo", Payload = ByteString.CopyFrom(0, 255) });
        var answer = await call;
        Assert.Equal((7, "héllo"), (answer.Number, answer.Text));
        Assert.Equal([0, 255], answer.Payload.ToByteArray());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
        Assert.Equal("sync", client.Echo(new Ask { Text = "sync" }).Text);
    }

    [Fact]
    public async Task Unary_CarriesEmptyMessages()
    {
        using var channel = host.Channel();
        Assert.Equal(new Answer(), await new Probe.ProbeClient(channel).EchoAsync(new Ask()));
    }

    [Fact]
    public async Task Context_TellsWhoCallsWhatAndWhen()
    {
        using var channel = host.Channel();
        var client = new Probe.ProbeClient(channel);
        var deadline = DateTime.UtcNow.AddMinutes(5);
        var disposed = ProbeScope.Disposed;
        var first = (await client.EchoAsync(new Ask { Text = "describe" }, deadline: deadline)).Text.Split('|');
        var second = (await client.EchoAsync(new Ask { Text = "describe" })).Text.Split('|');
        Assert.Equal("/kdcluster.conformance.Probe/Echo", first[0]);
        Assert.Equal(new Uri(host.Address).Authority, first[1]);
        Assert.StartsWith("ipv4:127.0.0.1:", first[2]);
        Assert.InRange(DateTime.Parse(first[3], null, System.Globalization.DateTimeStyles.RoundtripKind), deadline.AddSeconds(-10), deadline.AddSeconds(10));
        Assert.Equal(DateTime.MaxValue.ToString("O"), DateTime.Parse(second[3], null, System.Globalization.DateTimeStyles.RoundtripKind).ToString("O")[..27]);
        Assert.Equal("HTTP/2", first[4]);
        Assert.NotEqual(first[5], second[5]);
        Assert.True(ProbeScope.Disposed > disposed);
    }

    [Fact]
    public async Task ServerStreaming_KeepsOrder()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Count(new Ask { Count = 1000, Size = 100 });
        var numbers = new List<int>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            numbers.Add(answer.Number);
            Assert.Equal(100, answer.Payload.Length);
        }

        Assert.Equal(Enumerable.Range(0, 1000), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task ClientStreaming_CountsAll()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Collect();
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        for (var i = 0; i < 1000; i++)
        {
            await call.RequestStream.WriteAsync(new Ask { Payload = ByteString.CopyFrom(new byte[10]) });
        }

        await call.RequestStream.CompleteAsync();
        var answer = await call;
        Assert.Equal((1000, "10000"), (answer.Number, answer.Text));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Ask()));
    }

    [Fact]
    public async Task ClientStreaming_ServerMayAnswerEarly()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Collect();
        await call.RequestStream.WriteAsync(new Ask { Text = "enough" });
        Assert.Equal("enough", (await call).Text);
    }

    [Fact]
    public async Task DuplexStreaming_IsInteractive()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Chat();
        for (var i = 0; i < 200; i++)
        {
            await call.RequestStream.WriteAsync(new Ask { Number = i });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(i, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task DuplexStreaming_HeadersComeBeforeAnyMessage()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Chat();
        await call.RequestStream.WriteAsync(new Ask());
        Assert.NotNull(await call.ResponseHeadersAsync.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task OneConnection_CarriesTenThousandCalls()
    {
        using var channel = host.Channel();
        var client = new Probe.ProbeClient(channel);
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, token) =>
        {
            var answer = await client.EchoAsync(new Ask { Number = i }, cancellationToken: token);
            Assert.Equal(i, answer.Number);
        });
    }

    [Fact]
    public async Task HundredStreams_AtOnce()
    {
        using var channel = host.Channel();
        var client = new Probe.ProbeClient(channel);
        var calls = Enumerable.Range(0, 100).Select(_ => client.Chat()).ToArray();
        for (var round = 0; round < 5; round++)
        {
            // Every stream is open in every round: all 100 are live together.
            await Task.WhenAll(calls.Select(async (call, i) =>
            {
                await call.RequestStream.WriteAsync(new Ask { Number = i });
                Assert.True(await call.ResponseStream.MoveNext());
                Assert.Equal(i, call.ResponseStream.Current.Number);
            }));
        }

        await Task.WhenAll(calls.Select(async call =>
        {
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext());
            call.Dispose();
        }));
    }

    [Fact]
    public async Task SixteenMebibytes_TravelInChunks()
    {
        const int Chunk = 256 * 1024;
        var data = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(data);
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Chat();
        var writing = Task.Run(async () =>
        {
            for (var at = 0; at < data.Length; at += Chunk)
            {
                await call.RequestStream.WriteAsync(new Ask { Payload = ByteString.CopyFrom(data, at, Chunk) });
            }

            await call.RequestStream.CompleteAsync();
        });
        using var back = new MemoryStream();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            answer.Payload.WriteTo(back);
        }

        await writing;
        Assert.True(data.AsSpan().SequenceEqual(back.GetBuffer().AsSpan(0, (int)back.Length)));
    }

    [Fact]
    public async Task OneWriteAndOneReadAtATime()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Chat();
        var pending = call.ResponseStream.MoveNext();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext());
        await call.RequestStream.WriteAsync(new Ask());
        Assert.True(await pending);
    }
}
