using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Connection;

/// <summary>A connected and greeted stream to one server, and the parser of its replies.</summary>
internal sealed class RedisSocket : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly RespParser _parser = new();
    private readonly Socket _socket;
    private readonly Stream _stream;
    private int _start;
    private int _end;

    private RedisSocket(Socket socket, Stream stream, EndPoint endPoint)
    {
        _socket = socket;
        _stream = stream;
        EndPoint = endPoint;
        Writer = new RespWriter(stream);
    }

    public EndPoint EndPoint { get; }

    public RespWriter Writer { get; }

    /// <summary>The server's, where it tells.</summary>
    public Version Version { get; private set; } = new(0, 0);

    /// <summary>When bytes last came, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastRead { get; private set; } = Environment.TickCount64;

    /// <summary>Blocks, for the connect timeout at most for each of connecting and every greeting's reply.</summary>
    public static RedisSocket Connect(EndPoint endPoint, ConfigurationOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var registration = cancellationToken.Register(socket.Dispose);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(options.ConnectTimeout);
            socket.ConnectAsync(endPoint, timeout.Token).AsTask().GetAwaiter().GetResult();
            socket.ReceiveTimeout = socket.SendTimeout = options.ConnectTimeout;
            var connected = new RedisSocket(socket, Open(socket, endPoint, options), endPoint);
            connected.Greet(options);
            socket.ReceiveTimeout = socket.SendTimeout = 0;
            return connected;
        }
        catch (OperationCanceledException exception)
        {
            socket.Dispose();
            throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, $"No connection to {EndPointCollection.ToString(endPoint)} within {options.ConnectTimeout} ms.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Blocks until a whole reply is there.</summary>
    public RespReply Read()
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, _end - _start);
            var whole = _parser.TryRead(ref bytes, out var reply);
            _start = _end - bytes.Length;
            if (whole)
            {
                return reply;
            }

            Receive();
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _stream.Dispose();
    }

    private static Stream Open(Socket socket, EndPoint endPoint, ConfigurationOptions options)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (!options.Ssl)
        {
            return plain;
        }

        var tls = new SslStream(plain, leaveInnerStreamOpen: false, options.Validation);
        try
        {
            tls.AuthenticateAsClient(options.SslHost ?? (endPoint as DnsEndPoint)?.Host ?? ((IPEndPoint)endPoint).Address.ToString());
            return tls;
        }
        catch (AuthenticationException exception)
        {
            throw new RedisConnectionException(ConnectionFailureType.AuthenticationFailure, "TLS: " + exception.Message, exception);
        }
    }

    private void Greet(ConfigurationOptions options)
    {
        if (options.Password is { Length: > 0 } password)
        {
            RedisValue[] proof = options.User is { Length: > 0 } user ? [user, password] : [password];
            if (Ask("AUTH", proof) is { Kind: RespKind.Error } refused)
            {
                throw new RedisConnectionException(ConnectionFailureType.AuthenticationFailure, refused.Text, new RedisServerException(refused.Text));
            }
        }

        if (options.ClientName is { Length: > 0 } name)
        {
            Ask("CLIENT", ["SETNAME", name]);
        }

        if (Ask("PING", []) is { Kind: RespKind.Error } error)
        {
            var failure = error.Text.StartsWith("NOAUTH", StringComparison.Ordinal) ? ConnectionFailureType.AuthenticationFailure
                : error.Text.StartsWith("LOADING", StringComparison.Ordinal) ? ConnectionFailureType.Loading
                : ConnectionFailureType.None;
            // A user who may do anything but ping is let in.
            if (failure != ConnectionFailureType.None)
            {
                throw new RedisConnectionException(failure, error.Text, new RedisServerException(error.Text));
            }
        }

        if (Ask("INFO", ["server"]) is { Kind: RespKind.Bulk, IsNull: false } info)
        {
            const string Name = "redis_version:";
            var line = info.Text.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            Version = System.Version.TryParse(line?[Name.Length..].Trim(), out var version) ? version : Version;
        }
    }

    private RespReply Ask(string name, RedisValue[] arguments)
    {
        Writer.Write(name, arguments);
        Writer.Flush();
        return Read();
    }

    private void Receive()
    {
        var direct = _parser.Wanted;
        var target = direct.Length >= _buffer.Length ? direct : _buffer;
        var read = _stream.Read(target.Span);
        if (read == 0)
        {
            throw new EndOfStreamException("The server closed the connection.");
        }

        LastRead = Environment.TickCount64;
        if (direct.Length >= _buffer.Length)
        {
            _parser.Filled(read);
            (_start, _end) = (0, 0);
        }
        else
        {
            (_start, _end) = (0, read);
        }
    }
}
