using Grpc.Core;
using Grpc.Net.Client;

namespace KdCluster.Tests.GrpcWire;

public sealed class TlsTests(GrpcHost host) : IClassFixture<GrpcHost>
{
    [Fact]
    public async Task CertificateThatIsAccepted_Works()
    {
        using var channel = Trusting();
        Assert.Equal("secret", (await new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "secret" })).Text);
    }

    [Fact]
    public async Task CertificateThatIsNotTrusted_FailsTheCall()
    {
        using var channel = GrpcChannel.ForAddress(host.TlsAddress);
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask()));
        Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        Assert.Contains("AuthenticationException", failure.Status.Detail);
    }

    [Fact]
    public async Task PlainClient_OnATlsPortFails()
    {
        using var channel = GrpcChannel.ForAddress(host.TlsAddress.Replace("https", "http"));
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await new Probe.ProbeClient(channel).EchoAsync(new Ask()).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
    }

    [Fact]
    public async Task CallCredentials_AreSentOverTls()
    {
        var credentials = CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("early", context.MethodName);
            metadata.Add("early-bin", [9]);
            return Task.CompletedTask;
        });
        using var channel = Trusting(ChannelCredentials.Create(ChannelCredentials.SecureSsl, credentials));
        using var call = new Probe.ProbeClient(channel).EchoAsync(new Ask { Text = "headers" });
        Assert.Equal("Echo", (await call.ResponseHeadersAsync).GetValue("early"));
        await call;
    }

    [Fact]
    public void CredentialsAndScheme_MustAgree()
    {
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(host.TlsAddress, new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure }));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { Credentials = ChannelCredentials.SecureSsl }));
    }

    private GrpcChannel Trusting(ChannelCredentials? credentials = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == SelfSigned.Certificate.GetCertHashString();
        return GrpcChannel.ForAddress(host.TlsAddress, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, Credentials = credentials });
    }
}
