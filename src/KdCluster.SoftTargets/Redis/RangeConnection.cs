using System.Buffers.Text;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace KdCluster.SoftTargets.Redis;

/// <summary>
/// One connection that does nothing but rounds of range reads: one write, then one pass over the replies. A client made for every
/// command spends several microseconds on each, which is more than the server does; a batch is hundreds of them.
/// </summary>
internal sealed class RangeConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Stream _stream = Stream.Null;
    private byte[] _buffer = new byte[32 << 10];

    /// <summary>Connects, logs in and chooses the database.</summary>
    public static async Task<RangeConnection> OpenAsync(RedisAddress address, RedisTrust trust, CancellationToken cancellationToken)
    {
        var connection = new RangeConnection();
        try
        {
            await connection._socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            connection._stream = new NetworkStream(connection._socket, ownsSocket: true);
            if (address.Secure)
            {
                var secure = new SslStream(connection._stream, leaveInnerStreamOpen: false, trust.Accepts);
                connection._stream = secure;
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancellationToken).ConfigureAwait(false);
            }

            List<string[]> hello = [["SELECT", $"{address.Database}"]];
            if (address.Password is not null)
                hello.Insert(0, address.User is null ? ["AUTH", address.Password] : ["AUTH", address.User, address.Password]);
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(hello.Select(c => $"*{c.Length}\r\n" + string.Concat(c.Select(w => $"${Encoding.UTF8.GetByteCount(w)}\r\n{w}\r\n")))));
            await connection.ExchangeAsync(bytes, hello.Count, new ReplyShape(0), (_, _) => { }, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends requests and hands over the replies in order, each before the next is read, and none once it has ended.</summary>
    /// <param name="requests">All of them.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="usual">What most replies are.</param>
    /// <param name="reply">Is given the replies.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The server refused one, or the connection broke: it is of no more use.</exception>
    public async Task ExchangeAsync(ReadOnlyMemory<byte> requests, int count, ReplyShape usual, ReplyHandler reply, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(requests, cancellationToken).ConfigureAwait(false);
        int done = 0, end = 0;
        while (true)
        {
            int used = ParseAll(_buffer.AsSpan(0, end), usual, reply, ref done, count);
            if (done == count)
                return;
            _buffer.AsSpan(used, end - used).CopyTo(_buffer);
            end -= used;
            if (end == _buffer.Length)
                Array.Resize(ref _buffer, 2 * end);
            int read = await _stream.ReadAsync(_buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new IOException("the server closed the connection");
            end += read;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    /// <summary>Hands over the replies that are all there; gives the bytes they took.</summary>
    private static int ParseAll(ReadOnlySpan<byte> bytes, ReplyShape usual, ReplyHandler reply, ref int done, int count)
    {
        int at = 0;
        for (; done < count; done++)
        {
            int used = usual.TryTake(bytes[at..], out ReadOnlySpan<byte> found);
            if (used > 0)
                reply(done, found);
            else
                used = Parse(bytes[at..], done, reply);
            if (used == 0)
                break;
            at += used;
        }

        return at;
    }

    /// <summary>Bytes of the first reply, 0 when it is not all there.</summary>
    private static int Parse(ReadOnlySpan<byte> bytes, int index, ReplyHandler reply)
    {
        int line = bytes.IndexOf("\r\n"u8);
        if (line < 0)
            return 0;
        switch (bytes[0])
        {
            case (byte)'$' when Utf8Parser.TryParse(bytes[1..line], out int length, out _) && length is >= 0 and < 1 << 28:
                if (bytes.Length < line + 4 + length)
                    return 0;
                reply(index, bytes.Slice(line + 2, length));
                return line + 4 + length;
            case (byte)'+':
                reply(index, bytes[1..line]);
                return line + 2;
            default:
                throw new RedisRefusalException(Encoding.ASCII.GetString(bytes[..Math.Min(line, 80)]).TrimStart('-'));
        }
    }
}

/// <summary>The server answered with an error.</summary>
internal sealed class RedisRefusalException(string reply) : IOException($"the server answered '{reply}'")
{
    public string Reply => reply;
}

/// <param name="index">Of the request.</param>
/// <param name="bytes">What it asked for; valid during the call.</param>
internal delegate void ReplyHandler(int index, ReadOnlySpan<byte> bytes);
