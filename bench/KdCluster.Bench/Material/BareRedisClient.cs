using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KdCluster.Bench;

/// <summary>The least a client can do: all requests of a batch in one write, then reading until all bytes of the replies are there.</summary>
internal sealed class BareRedisClient : IDisposable
{
    private const int Keys = 50_000, FillAtOnce = 1000;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly Random _random = new(3);

    public BareRedisClient(int port) => _socket.Connect("127.0.0.1", port);

    /// <summary>Bytes that the server has allocated.</summary>
    public long UsedMemory()
    {
        _socket.Send("*2\r\n$4\r\nINFO\r\n$6\r\nmemory\r\n"u8);
        var text = new StringBuilder();
        while (!text.ToString().Contains("used_memory_human", StringComparison.Ordinal))
            text.Append(Encoding.ASCII.GetString(_buffer, 0, _socket.Receive(_buffer)));
        while (_socket.Available > 0)
            _socket.Receive(_buffer);
        string line = text.ToString().Split("\r\n").First(l => l.StartsWith("used_memory:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Sets keys of its own, each to so many bytes.</summary>
    public void Fill(int rowBytes)
    {
        for (int i = 0; i < Keys; i += FillAtOnce)
        {
            string sets = string.Concat(Enumerable.Range(i, FillAtOnce).Select(k => $"*3\r\n$3\r\nSET\r\n$11\r\nbare:{k:D6}\r\n${rowBytes}\r\n{new string('x', rowBytes)}\r\n"));
            Exchange(Encoding.ASCII.GetBytes(sets), "+OK\r\n".Length * FillAtOnce);
        }
    }

    /// <summary>So many batches of GETs one after the other; the requests are made before the clock starts.</summary>
    public Cost Get(int batches, int perBatch, int rowBytes)
    {
        int reply = $"${rowBytes}\r\n".Length + rowBytes + 2;
        byte[][] requests = [.. Enumerable.Range(0, batches).Select(_ => Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(0, perBatch).Select(_ => $"*2\r\n$3\r\nGET\r\n$11\r\nbare:{_random.Next(Keys):D6}\r\n"))))];
        return Cost.Of(() => Array.ForEach(requests, r => Exchange(r, perBatch * reply)));
    }

    public void Dispose() => _socket.Dispose();

    private void Exchange(byte[] requests, int replyBytes)
    {
        _socket.Send(requests);
        while (replyBytes > 0)
        {
            int got = _socket.Receive(_buffer);
            replyBytes -= got > 0 ? got : throw new IOException("the server closed the connection");
        }
    }
}
