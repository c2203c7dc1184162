using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KdCluster.Tests.RedisWire;

/// <summary>A server that greets properly and then answers FUZZ with the bytes that a test gives it.</summary>
internal sealed class FakeRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public FakeRedis()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string EndPoint => _listener.LocalEndpoint.ToString()!;

    /// <summary>The answer to FUZZ, in the pieces that it is sent in. Null closes the connection.</summary>
    public Func<IEnumerable<byte[]>?> Answer { get; set; } = () => null;

    public async ValueTask DisposeAsync()
    {
        // The listener is stopped when nobody asks it any more.
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            while (await ReadCommandAsync(reader) is { } command)
            {
                var answer = command[0].ToUpperInvariant() switch
                {
                    "PING" => [Encoding.Latin1.GetBytes("+PONG\r\n")],
                    "ECHO" => [Encoding.Latin1.GetBytes($"${command[1].Length}\r\n{command[1]}\r\n")],
                    "FUZZ" => Answer(),
                    _ => [Encoding.Latin1.GetBytes("-ERR unknown command\r\n")],
                };
                if (answer is null)
                {
                    return;
                }

                foreach (var piece in answer)
                {
                    await stream.WriteAsync(piece, _stop.Token);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client hung up, as it should on garbage.
            socket.Dispose();
        }
    }

    private async Task<string[]?> ReadCommandAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_stop.Token) is not { } count)
        {
            return null;
        }

        var words = new string[int.Parse(count[1..], CultureInfo.InvariantCulture)];
        for (var i = 0; i < words.Length; i++)
        {
            var word = new char[int.Parse((await reader.ReadLineAsync(_stop.Token))![1..], CultureInfo.InvariantCulture) + 2];
            await reader.ReadBlockAsync(word, _stop.Token);
            words[i] = new string(word, 0, word.Length - 2);
        }

        return words;
    }
}
