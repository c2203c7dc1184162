using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using KdCluster.Cluster;
using KdCluster.Cluster.Security;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Connections.Security;

namespace KdCluster.Tests.Security;

/// <summary>The TLS beneath the messages between silos, over a pair of pipes.</summary>
public class SiloConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task Two_silos_of_one_authority_understand_one_another()
    {
        using TemporaryFolder folder = new();
        (IDuplexPipe caller, IDuplexPipe called) = Pair();
        byte[] sent = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
        Task server = Server(Silo(folder, "b", _authority), async c =>
        {
            for (long left = sent.Length; left > 0;)
            {
                ReadResult read = await c.Transport.Input.ReadAsync();
                left -= read.Buffer.Length;
                await c.Transport.Output.WriteAsync(read.Buffer.ToArray());
                c.Transport.Input.AdvanceTo(read.Buffer.End);
            }
        })(new DefaultConnectionContext("called", called, called));
        byte[] received = [];
        await Client(Silo(folder, "a", _authority), async c =>
        {
            // Both ways at once, as silos do: more than the pipes between hold.
            Task writing = c.Transport.Output.WriteAsync(sent).AsTask();
            using MemoryStream all = new();
            while (all.Length < sent.Length)
            {
                ReadResult read = await c.Transport.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    all.Write(part.Span);
                }

                c.Transport.Input.AdvanceTo(read.Buffer.End);
            }

            await writing;
            received = all.ToArray();
        })(new DefaultConnectionContext("caller", caller, caller)).WaitAsync(Patience);
        await server.WaitAsync(Patience);

        Assert.Equal(sent, received);
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("client")]
    [InlineData("plain")]
    public async Task Whoever_is_no_silo_of_the_cluster_is_heard_by_nobody(string who)
    {
        using TemporaryFolder folder = new();
        (IDuplexPipe caller, IDuplexPipe called) = Pair();
        bool heard = false;
        Task server = Server(Silo(folder, "b", _authority), _ =>
        {
            heard = true;
            return Task.CompletedTask;
        })(new DefaultConnectionContext("called", called, called));
        if (who == "plain")
        {
            await caller.Output.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"));
        }
        else
        {
            TlsOptions silo = Silo(folder, "a", who == "stranger" ? new TestAuthority("stranger") : _authority, who == "client" ? [TestAuthority.Client] : null);
            await Record.ExceptionAsync(() => Client(silo, async c => Assert.Fail($"{(await c.Transport.Input.ReadAsync()).Buffer.Length} bytes were heard"))(new DefaultConnectionContext("caller", caller, caller)).WaitAsync(Patience));
        }

        await caller.Output.CompleteAsync();
        await server.WaitAsync(Patience);
        Assert.False(heard);
    }

    [Fact]
    public async Task A_certificate_that_was_replaced_is_shown_to_the_next_silo()
    {
        using TemporaryFolder folder = new();
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        TlsOptions called = Silo(folder, "b", _authority, time: time), calling = Silo(folder, "a", _authority);
        string before = await ShownAsync(called, calling);

        _authority.Issue(folder, "b", TestAuthority.Server, TestAuthority.Client);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.NotEqual(before, await ShownAsync(called, calling));
    }

    [Fact]
    public async Task Whoever_says_nothing_is_let_go()
    {
        using TemporaryFolder folder = new();
        (IDuplexPipe _, IDuplexPipe called) = Pair();

        await Server(Silo(folder, "b", _authority), _ => throw new InvalidOperationException("heard"))(new DefaultConnectionContext("called", called, called)).WaitAsync(Patience);
    }

    /// <summary>The serial number of the certificate that the called silo shows.</summary>
    private static async Task<string> ShownAsync(TlsOptions called, TlsOptions calling)
    {
        (IDuplexPipe there, IDuplexPipe here) = Pair();
        Task server = Server(called, _ => Task.CompletedTask)(new DefaultConnectionContext("called", here, here));
        string shown = "";
        await Client(calling, c =>
        {
            shown = c.Features.Get<ITlsConnectionFeature>()!.RemoteCertificate!.SerialNumber;
            return Task.CompletedTask;
        })(new DefaultConnectionContext("caller", there, there)).WaitAsync(Patience);
        await server.WaitAsync(Patience);
        return shown;
    }

    private static (IDuplexPipe, IDuplexPipe) Pair()
    {
        Pipe there = new(), back = new();
        return (new Ends(back.Reader, there.Writer), new Ends(there.Reader, back.Writer));
    }

    private static ConnectionDelegate Server(TlsOptions silo, Func<ConnectionContext, Task> next)
    {
        ConnectionBuilder builder = new(new ServiceCollection().BuildServiceProvider());
        builder.UseServerTls(silo);
        return builder.Run(next).Build();
    }

    private static ConnectionDelegate Client(TlsOptions silo, Func<ConnectionContext, Task> next)
    {
        ConnectionBuilder builder = new(new ServiceCollection().BuildServiceProvider());
        builder.UseClientTls(silo);
        return builder.Run(next).Build();
    }

    private static TlsOptions Silo(TemporaryFolder folder, string name, TestAuthority authority, string[]? purposes = null, TimeProvider? time = null)
    {
        (string cert, string key) = authority.Issue(folder, name, purposes ?? [TestAuthority.Server, TestAuthority.Client]);
        string ca = folder.File($"{name}-ca.crt");
        File.WriteAllText(ca, authority.Pem);
        SiloCertificates certificates = new(new SecurityOptions { Cert = cert, Key = key, Ca = ca }, time ?? TimeProvider.System, NullLogger<SiloCertificates>.Instance);
        return SiloConnections.Options(certificates);
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
