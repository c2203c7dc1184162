using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace KdCluster.Tests.GrpcWire;

/// <summary>Python's gRPC, which is Google's C core, as the other side of the wire.</summary>
public sealed class PythonTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    [PythonFact]
    public async Task PythonClient_CallsOurServer()
    {
        await using var python = new PythonProcess("client.py", new Uri(host.Address).Authority);
        await python.AssertEndsWellAsync();
        await host.State.Seen("python-deadline:cancelled");
        await host.State.Seen("python-cancel:cancelled");
    }

    [PythonFact]
    public async Task OurClient_CallsAPythonServer()
    {
        await using var python = new PythonProcess("server.py");
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{await python.ReadLineAsync()}");
        var client = new Probe.ProbeClient(channel);

        Assert.Equal("héllo", (await client.EchoAsync(new Ask { Text = "héllo" })).Text);
        using var count = client.Count(new Ask { Count = 500, Size = 1000 });
        Assert.Equal(Enumerable.Range(0, 500), await count.ResponseStream.ReadAllAsync().Select(answer => answer.Number).ToListAsync());
        using var collect = client.Collect();
        for (var i = 0; i < 300; i++)
        {
            await collect.RequestStream.WriteAsync(new Ask { Payload = ByteString.CopyFrom(new byte[10]) });
        }

        await collect.RequestStream.CompleteAsync();
        var collected = await collect;
        Assert.Equal((300, "3000"), (collected.Number, collected.Text));
        using var chat = client.Chat();
        for (var i = 1; i < 100; i++)
        {
            await chat.RequestStream.WriteAsync(new Ask { Number = i });
            Assert.True(await chat.ResponseStream.MoveNext());
            Assert.Equal(i, chat.ResponseStream.Current.Number);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext());

        foreach (var code in Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK))
        {
            var failure = await GrpcAssert.FailsAsync(code, async () => await client.EchoAsync(new Ask { Number = (int)code, Text = "status:naïve 100% 猫" }));
            Assert.Equal("naïve 100% 猫", failure.Status.Detail);
            Assert.Equal([0, 255, 7], failure.Trailers.GetValueBytes("raw-bin")!);
        }

        using var headers = client.EchoAsync(new Ask { Text = "headers" }, new Metadata { { "early", "value" }, { "early-bin", [0, 1, 254, 255] } });
        Assert.Equal([0, 1, 254, 255], (await headers.ResponseHeadersAsync).GetValueBytes("early-bin")!);
        await headers;
        Assert.Equal([1, 2, 0], headers.GetTrailers().GetValueBytes("late-bin")!);
        await GrpcAssert.FailsAsync(StatusCode.Unimplemented, async () => await client.MissingAsync(new Ask()));
    }

    [PythonFact]
    public async Task OurClient_LeavesAPythonServer()
    {
        await using var python = new PythonProcess("server.py");
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{await python.ReadLineAsync()}");
        var client = new Probe.ProbeClient(channel);
        await GrpcAssert.FailsAsync(StatusCode.DeadlineExceeded, async () => await client.EchoAsync(new Ask { Text = "wait" }, deadline: DateTime.UtcNow.AddSeconds(2)));
        Assert.Equal("started", await python.ReadLineAsync());
        Assert.Equal("cancelled", await python.ReadLineAsync());

        using var cancellation = new CancellationTokenSource();
        using var call = client.EchoAsync(new Ask { Text = "wait" }, cancellationToken: cancellation.Token);
        Assert.Equal("started", await python.ReadLineAsync());
        await cancellation.CancelAsync();
        await GrpcAssert.FailsAsync(StatusCode.Cancelled, () => call.ResponseAsync);
        Assert.Equal("cancelled", await python.ReadLineAsync());
    }

    [PythonFact]
    public async Task PythonServer_ThatIsKilledMidStream()
    {
        await using var python = new PythonProcess("server.py");
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{await python.ReadLineAsync()}");
        using var chat = new Probe.ProbeClient(channel).Chat();
        await chat.RequestStream.WriteAsync(new Ask());
        Assert.True(await chat.ResponseStream.MoveNext());
        var next = chat.ResponseStream.MoveNext();
        python.Kill();
        var failure = await Assert.ThrowsAsync<RpcException>(() => next.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
    }
}
