using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace KdCluster.Bench.Stores;

/// <summary>The least a client can do: all GETs in one write, and reading until all their bytes are there.</summary>
internal sealed class BareClient : IDisposable
{
    private const int Keys = 50_000;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly int _perBatch;
    private readonly int _replyBytes;
    private readonly byte[] _buffer = new byte[1 << 16];

    public BareClient(string hostAndPort, int rowBytes, int perBatch)
    {
        string[] parts = hostAndPort.Split(':');
        _socket.Connect(parts[0], int.Parse(parts[1]));
        _perBatch = perBatch;
        _replyBytes = Encoding.ASCII.GetByteCount($"${rowBytes}\r\n") + rowBytes + 2;
        for (int i = 0; i < Keys; i += perBatch)
        {
            string sets = string.Concat(Enumerable.Range(i, perBatch).Select(k => $"*5\r\n$3\r\nSET\r\n$11\r\nbare:{k:D6}\r\n${rowBytes}\r\n{new string('x', rowBytes)}\r\n$2\r\nPX\r\n$7\r\n9999999\r\n"));
            Exchange(Encoding.ASCII.GetBytes(sets), 5 * perBatch);
        }
    }

    public double[] Measure(int repeats)
    {
        var random = new Random(3);
        var times = new double[repeats];
        for (int r = 0; r < repeats; r++)
        {
            byte[] gets = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, _perBatch).Select(_ => $"*2\r\n$3\r\nGET\r\n$11\r\nbare:{random.Next(Keys):D6}\r\n")));
            long begin = Stopwatch.GetTimestamp();
            Exchange(gets, _perBatch * _replyBytes);
            times[r] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        return times;
    }

    public void Dispose() => _socket.Dispose();

    private void Exchange(byte[] requests, int replyBytes)
    {
        _socket.Send(requests);
        while (replyBytes > 0)
            replyBytes -= _socket.Receive(_buffer);
    }
}
