using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using KdCluster.Cluster;
using KdCluster.Cluster.Security;
using KdCluster.Tests.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

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
        Task server = Silo(folder, "b", _authority).Server(async c =>
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
        await Silo(folder, "a", _authority).Client(async c =>
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
        Task server = Silo(folder, "b", _authority).Server(_ =>
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
            SiloConnectionTls silo = Silo(folder, "a", who == "stranger" ? new TestAuthority("stranger") : _authority, who == "client" ? [TestAuthority.Client] : null);
            await Record.ExceptionAsync(() => silo.Client(async c => Assert.Fail($"{(await c.Transport.Input.ReadAsync()).Buffer.Length} bytes were heard"))(new DefaultConnectionContext("caller", caller, caller)).WaitAsync(Patience));
        }

        await caller.Output.CompleteAsync();
        await server.WaitAsync(Patience);
        Assert.False(heard);
    }

    [Fact]
    public async Task Whoever_says_nothing_is_let_go()
    {
        using TemporaryFolder folder = new();
        (IDuplexPipe _, IDuplexPipe called) = Pair();

        await Silo(folder, "b", _authority).Server(_ => throw new InvalidOperationException("heard"))(new DefaultConnectionContext("called", called, called)).WaitAsync(Patience);
    }

    private static (IDuplexPipe, IDuplexPipe) Pair()
    {
        Pipe there = new(), back = new();
        return (new Ends(back.Reader, there.Writer), new Ends(there.Reader, back.Writer));
    }

    private static SiloConnectionTls Silo(TemporaryFolder folder, string name, TestAuthority authority, string[]? purposes = null)
    {
        (string cert, string key) = authority.Issue(folder, name, purposes ?? [TestAuthority.Server, TestAuthority.Client]);
        string ca = folder.File($"{name}-ca.crt");
        File.WriteAllText(ca, authority.Pem);
        SiloCertificates certificates = new(new SecurityOptions { Cert = cert, Key = key, Ca = ca }, TimeProvider.System, NullLogger<SiloCertificates>.Instance);
        return new SiloConnectionTls(certificates, TimeProvider.System, NullLogger<SiloConnectionTls>.Instance);
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
