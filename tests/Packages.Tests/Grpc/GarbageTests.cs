using System.IO.Compression;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace KdCluster.Tests.GrpcWire;

/// <summary>Bytes that are not what they should be, from either side.</summary>
public sealed class GarbageTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    private const string Echo = "/kdcluster.conformance.Probe/Echo";

    public static TheoryData<string, byte[], string> BadRequests => new()
    {
        { "flag", RawHttp.Frame([], flag: 7), "13 2" }, // Grpc.AspNetCore says UNKNOWN here
        { "torn header", [0, 0, 0], "13" },
        { "torn payload", RawHttp.Frame([1, 2], length: 100), "13" },
        { "no message", [], "13" },
        { "two messages", [.. RawHttp.Frame(new Ask()), .. RawHttp.Frame(new Ask())], "13" },
        { "compressed with no encoding named", RawHttp.Frame([1, 2, 3], flag: 1), "13" },
        { "huge length", RawHttp.Frame([], length: int.MaxValue), "8" },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Server_RefusesABadFrame(string what, byte[] body, string status)
    {
        using var client = new HttpClient();
        using var response = await client.SendAsync(RawHttp.Post(host.Address + Echo, body));
        Assert.True(status.Split(' ').Contains(RawHttp.Status(response)), $"{what}: {RawHttp.Status(response)} {RawHttp.Value(response, "grpc-message")}");
    }

    [Fact]
    public async Task Server_RefusesBytesThatAreNoMessage()
    {
        using var client = new HttpClient();
        using var response = await client.SendAsync(RawHttp.Post(host.Address + Echo, RawHttp.Frame([0xFF, 0xFF, 0xFF, 0xFF])));
        Assert.Equal("2", RawHttp.Status(response));
    }

    [Fact]
    public async Task Server_RefusesAnUnknownCompression()
    {
        using var client = new HttpClient();
        using var request = RawHttp.Post(host.Address + Echo, RawHttp.Frame([1, 2, 3], flag: 1));
        request.Headers.TryAddWithoutValidation("grpc-encoding", "snail");
        using var response = await client.SendAsync(request);
        Assert.Equal("12", RawHttp.Status(response));
    }

    [Fact]
    public async Task Server_ReadsGzip()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(Google.Protobuf.MessageExtensions.ToByteArray(new Ask { Text = "packed" }));
        }

        using var client = new HttpClient();
        using var request = RawHttp.Post(host.Address + Echo, RawHttp.Frame(packed.ToArray(), flag: 1));
        request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("packed", Answer.Parser.ParseFrom(body.AsSpan(5)).Text);
        Assert.Equal("0", RawHttp.Status(response));
    }

    [Fact]
    public async Task Server_RefusesOtherContentAndOldHttp()
    {
        using var client = new HttpClient();
        using var json = await client.SendAsync(RawHttp.Post(host.Address + Echo, [], "application/json"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
    }

    [Theory]
    [InlineData("flag", StatusCode.Internal)]
    [InlineData("torn", StatusCode.Internal)]
    [InlineData("huge", StatusCode.ResourceExhausted)]
    [InlineData("empty", StatusCode.Internal)]
    [InlineData("two", StatusCode.Internal)]
    [InlineData("html", StatusCode.Cancelled)]
    [InlineData("404", StatusCode.Unimplemented)]
    [InlineData("503", StatusCode.Unavailable)]
    [InlineData("401", StatusCode.Unauthenticated)]
    [InlineData("500", StatusCode.Unknown)]
    [InlineData("no status", StatusCode.Cancelled)]
    public async Task Client_SurvivesABadServer(string what, StatusCode code)
    {
        await using var app = await GrpcHost.StartAsync(_ => { }, app => app.MapPost("/bad.Server/" + what.Replace(" ", ""), http => AnswerBadly(http, what)));
        using var channel = GrpcChannel.ForAddress(GrpcHost.AddressOf(app, "http"));
        await GrpcAssert.FailsAsync(code, () => CallBadServerAsync(channel, what));
    }

    [Fact]
    public async Task Client_RefusesBytesThatAreNoMessage()
    {
        await using var app = await GrpcHost.StartAsync(_ => { }, app => app.MapPost("/bad.Server/noise", http => AnswerBadly(http, "noise")));
        using var channel = GrpcChannel.ForAddress(GrpcHost.AddressOf(app, "http"));
        var failure = await Assert.ThrowsAsync<RpcException>(() => CallBadServerAsync(channel, "noise"));
        // Grpc.Net.Client takes Google.Protobuf's exception, an IOException, for a broken connection.
        Assert.Contains(failure.StatusCode, new[] { StatusCode.Internal, StatusCode.Unavailable });
        Assert.Contains("InvalidProtocolBufferException", failure.Status.Detail);
    }

    private static async Task CallBadServerAsync(GrpcChannel channel, string what)
    {
        var bytes = Marshallers.Create<Answer>(Google.Protobuf.MessageExtensions.ToByteArray, Answer.Parser.ParseFrom);
        var method = new Method<Answer, Answer>(MethodType.Unary, "bad.Server", what.Replace(" ", ""), bytes, bytes);
        await channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(), new Answer());
    }

    private static async Task AnswerBadly(HttpContext http, string what)
    {
        http.Response.ContentType = what == "html" ? "text/html" : "application/grpc";
        if (int.TryParse(what, out var code))
        {
            http.Response.StatusCode = code;
            http.Response.ContentType = "text/plain";
            return;
        }

        byte[] body = what switch
        {
            "flag" => RawHttp.Frame([], flag: 9),
            "torn" => RawHttp.Frame([1], length: 50),
            "noise" => RawHttp.Frame([0xFF, 0xFF, 0xFF]),
            "huge" => RawHttp.Frame([], length: int.MaxValue),
            "two" => [.. RawHttp.Frame(new Answer()), .. RawHttp.Frame(new Answer())],
            "no status" => RawHttp.Frame(new Answer()),
            _ => [],
        };
        await http.Response.StartAsync();
        await http.Response.Body.WriteAsync(body);
        if (what != "no status")
        {
            http.Response.AppendTrailer("grpc-status", "0");
        }
    }
}
