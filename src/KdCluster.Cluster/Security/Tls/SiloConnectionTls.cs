using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Security;

/// <summary>TLS between silos, each with its certificate, beneath Orleans' own messages.</summary>
internal sealed class SiloConnectionTls(SiloCertificates certificates, TimeProvider time, ILogger<SiloConnectionTls> log)
{
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(5);

    /// <summary>For connections that others make to this silo. Whoever is no silo is let go, and nobody else hears of it.</summary>
    public ConnectionDelegate Server(ConnectionDelegate next) => async connection =>
    {
        try
        {
            await RunAsync(connection, (ssl, stop) => ssl.AuthenticateAsServerAsync(certificates.ForSiloServer(), stop), next);
        }
        catch (AuthenticationException e)
        {
            log.SiloRefused(connection.RemoteEndPoint?.ToString() ?? "unknown", e.Message);
            connection.Abort(new ConnectionAbortedException(e.Message, e));
        }
    };

    /// <summary>For connections that this silo makes.</summary>
    /// <exception cref="AuthenticationException">From the delegate: the other side is no silo of this cluster, or does not take this one for one.</exception>
    public ConnectionDelegate Client(ConnectionDelegate next) => connection =>
        RunAsync(connection, (ssl, stop) => ssl.AuthenticateAsClientAsync(certificates.ForSiloClient(), stop), next);

    private async Task RunAsync(ConnectionContext connection, Func<SslStream, CancellationToken, Task> handshake, ConnectionDelegate next)
    {
        IDuplexPipe plain = connection.Transport;
        await using SslStream ssl = new(new PipeStream(plain));
        await AuthenticateAsync(ssl, handshake);
        Secured secured = new(PipeReader.Create(ssl, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(ssl, new StreamPipeWriterOptions(leaveOpen: true)));
        connection.Transport = secured;
        try
        {
            await next(connection);
        }
        finally
        {
            await secured.Output.CompleteAsync();
            await secured.Input.CompleteAsync();
            connection.Transport = plain;
        }
    }

    private async Task AuthenticateAsync(SslStream ssl, Func<SslStream, CancellationToken, Task> handshake)
    {
        using CancellationTokenSource deadline = new(s_handshake, time);
        try
        {
            await handshake(ssl, deadline.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException or ConnectionResetException)
        {
            throw new AuthenticationException($"the handshake did not end: {e.Message}", e);
        }
    }

    private sealed record Secured(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
