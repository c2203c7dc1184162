using System.Buffers.Binary;
using System.Net.Sockets;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Fuzz;

/// <summary>Connections that begin as HTTP/2 and go on as nothing of the kind.</summary>
[Collection("fuzz")]
public class FrameFuzzTests
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
    private static readonly byte[] Settings = Frame(4, 0, 0, []);

    // HPACK, literal fields without indexing: the headers of a call of ClusterService.Describe.
    private static readonly byte[] Headers =
    [
        .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", "/kdcluster.v1.ClusterService/Describe"), .. Field(":authority", "localhost"),
        .. Field("content-type", "application/grpc"), .. Field("te", "trailers"),
    ];

    [Fact]
    public async Task Frames()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        int port = new Uri(silo.Silo.Address).Port;
        await new FuzzRun("HTTP/2 frames").RunAsync(200, 20_000, async random => await TalkAsync(port, Talk(random)));
        Assert.Equal(Environment.ProcessId, (await silo.Client.Cluster.DescribeAsync(new DescribeSiloRequest())).ProcessId);
    }

    private static byte[] Talk(Random random)
    {
        byte[] call = [.. Preface, .. Settings, .. Frame(1, 4, 1, Headers), .. Frame(0, 1, 1, [0, 0, 0, 0, 0])];
        Mutator mutator = new(random);
        return random.Next(4) switch
        {
            0 => mutator.Mutate(call),
            1 => [.. Preface, .. Settings, .. mutator.Some(random.Next(400))],
            2 => [.. Preface, .. Settings, .. Enumerable.Range(0, random.Next(1, 30)).SelectMany(_ => Random(random, mutator))],
            _ => [.. Preface, .. Settings, .. Frame(1, 4, 1, mutator.Mutate(Headers)), .. Frame(0, 1, 1, mutator.Mutate([0, 0, 0, 0, 5, 1, 2, 3, 4, 5]))],
        };
    }

    private static byte[] Random(Random random, Mutator mutator) => Frame(
        (byte)random.Next(12), (byte)random.Next(256), random.Next(3) == 0 ? random.Next() : random.Next(8),
        random.Next(2) == 0 ? mutator.Some(random.Next(60)) : mutator.Mutate(Headers));

    /// <summary>Sends it all, and waits until the silo has hung up, or has had its say.</summary>
    private static async Task<string> TalkAsync(int port, byte[] talk)
    {
        using TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(talk);
            client.Client.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[4096];
            int heard = 0;
            for (int n; (n = await stream.ReadAsync(answer)) > 0;)
            {
                heard += n;
            }

            return heard > 0 ? "answered" : "hung up";
        }
        catch (IOException)
        {
            return "reset";
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream & int.MaxValue);
        payload.CopyTo(frame, 9);
        return frame;
    }

    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), (byte)value.Length, .. System.Text.Encoding.ASCII.GetBytes(value)];
}
