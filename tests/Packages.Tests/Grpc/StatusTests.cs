using Grpc.Core;

namespace KdCluster.Tests.GrpcWire;

public sealed class StatusTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    public static TheoryData<StatusCode> Codes => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task EveryCode_ArrivesWithTextAndTrailers(StatusCode code)
    {
        const string Detail = "naïve 100% — 猫\nsecond line";
        using var channel = host.Channel();
        var call = new Probe.ProbeClient(channel).EchoAsync(new Ask { Number = (int)code, Text = "status:" + Detail });
        var failure = await GrpcAssert.FailsAsync(code, () => call.ResponseAsync);
        Assert.Equal(Detail, failure.Status.Detail);
        Assert.Equal("asked", failure.Trailers.GetValue("reason"));
        Assert.Equal([0, 255, 7], failure.Trailers.GetValueBytes("raw-bin")!);
        Assert.Equal(code, call.GetStatus().StatusCode);
        Assert.Equal("asked", call.GetTrailers().GetValue("reason"));
    }

    [Fact]
    public async Task Status_OfTheContext_Counts()
    {
        using var channel = host.Channel();
        var failure = await GrpcAssert.FailsAsync(
            StatusCode.Aborted, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask { Number = (int)StatusCode.Aborted, Text = "set-status:by hand" }));
        Assert.Equal("by hand", failure.Status.Detail);
    }

    [Fact]
    public async Task Stream_FailsAfterItsMessages()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Count(new Ask { Count = 3, Text = "fail:torn" });
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext());
        }

        var failure = await GrpcAssert.FailsAsync(StatusCode.DataLoss, () => call.ResponseStream.MoveNext());
        Assert.Equal("torn", failure.Status.Detail);
        Assert.Equal("3", failure.Trailers.GetValue("at"));
        Assert.Equal("3", call.GetTrailers().GetValue("at"));
    }

    [Fact]
    public async Task ClientStream_RefusalIsItsStatus()
    {
        using var channel = host.Channel();
        using var call = new Probe.ProbeClient(channel).Collect();
        await call.RequestStream.WriteAsync(new Ask { Text = "refuse" });
        var failure = await GrpcAssert.FailsAsync(StatusCode.FailedPrecondition, () => call.ResponseAsync);
        Assert.Equal("refused", failure.Status.Detail);
        await GrpcAssert.FailsAsync(StatusCode.FailedPrecondition, () => call.RequestStream.WriteAsync(new Ask()));
    }

    [Fact]
    public async Task Metadata_TravelsBothWays()
    {
        using var channel = host.Channel();
        var headers = new Metadata { { "Early", "value" }, { "early-bin", [0, 1, 254, 255] } };
        using var call = new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "headers" }, headers);
        var early = await call.ResponseHeadersAsync;
        Assert.Equal("value", early.GetValue("early"));
        Assert.Equal([0, 1, 254, 255], early.GetValueBytes("early-bin")!);
        await call;
        Assert.Equal("yes", call.GetTrailers().GetValue("late"));
        Assert.Equal([1, 2, 0], call.GetTrailers().GetValueBytes("late-bin")!);
    }

    [Fact]
    public async Task Exception_OfAServiceIsUnknown_AndKeepsItsText()
    {
        using var channel = host.Channel();
        var failure = await GrpcAssert.FailsAsync(StatusCode.Unknown, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "throw:secret" }));
        Assert.Equal("Exception was thrown by handler.", failure.Status.Detail);
    }

    [Fact]
    public async Task Exception_IsToldWhenDetailedErrorsAreOn()
    {
        await using var app = await GrpcHost.StartAsync(options => options.EnableDetailedErrors = true);
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(GrpcHost.AddressOf(app, "http"));
        var failure = await GrpcAssert.FailsAsync(StatusCode.Unknown, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "throw:the reason" }));
        Assert.Equal("Exception was thrown by handler. InvalidOperationException: the reason", failure.Status.Detail);
    }

    [Fact]
    public async Task NoMessage_IsCancelled()
    {
        using var channel = host.Channel();
        await GrpcAssert.FailsAsync(StatusCode.Cancelled, async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "null" }));
    }

    [Fact]
    public async Task MethodWithoutImplementation_IsUnimplemented()
    {
        using var channel = host.Channel();
        await GrpcAssert.FailsAsync(StatusCode.Unimplemented, async () => await new Probe.ProbeClient(channel).MissingAsync(new Ask()));
    }

    [Theory]
    [InlineData("kdcluster.conformance.Probe", "NoSuchMethod", "Method is unimplemented.")]
    [InlineData("no.such.Service", "Echo", "Service is unimplemented.")]
    public async Task UnknownNames_AreUnimplemented(string service, string method, string detail)
    {
        using var channel = host.Channel();
        var failure = await GrpcAssert.FailsAsync(StatusCode.Unimplemented, () => RawMethod.CallAsync(channel, service, method, [1, 2, 3]));
        Assert.Equal(detail, failure.Status.Detail);
    }
}
