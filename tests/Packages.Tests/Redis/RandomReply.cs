using System.Text;
using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

/// <summary>Replies of any shape from a seed: their bytes, and what a client must make of them.</summary>
internal sealed class RandomReply(Random random)
{
    public (byte[] Bytes, string Meaning) Next(int depth = 0)
    {
        switch (random.Next(depth < 4 ? 7 : 4))
        {
            case 0:
                var word = "w" + random.Next();
                return (Encoding.ASCII.GetBytes($"+{word}\r\n"), word);
            case 1:
                var number = random.NextInt64(long.MinValue, long.MaxValue);
                return (Encoding.ASCII.GetBytes($":{number}\r\n"), number.ToString());
            case 2:
                return ("$-1\r\n"u8.ToArray(), "nil");
            case 3:
                var bulk = new byte[random.Next(8) == 0 ? random.Next(100_000) : random.Next(40)];
                random.NextBytes(bulk);
                return ([.. Encoding.ASCII.GetBytes($"${bulk.Length}\r\n"), .. bulk, .. "\r\n"u8], Convert.ToBase64String(bulk));
            default:
                var items = Enumerable.Range(0, random.Next(depth == 0 && random.Next(4) == 0 ? 50 : 4)).Select(_ => Next(depth + 1)).ToArray();
                return ([.. Encoding.ASCII.GetBytes($"*{items.Length}\r\n"), .. items.SelectMany(item => item.Bytes)], $"[{string.Join(' ', items.Select(item => item.Meaning))}]");
        }
    }

    public static string Meaning(RedisResult result) => result switch
    {
        { Resp2Type: ResultType.Array } => $"[{string.Join(' ', ((RedisResult[])result!).Select(Meaning))}]",
        { IsNull: true } => "nil",
        { Resp2Type: ResultType.BulkString } => Convert.ToBase64String((byte[])result!),
        _ => (string)result!,
    };

    public IEnumerable<byte[]> Pieces(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(3) == 0 ? random.Next(1, 4) : random.Next(1, 70_000));
            yield return bytes[at..(at + length)];
            at += length;
        }
    }

    /// <summary>The same with a few bytes changed, lost or added.</summary>
    public byte[] Damaged(byte[] bytes)
    {
        var damaged = bytes.ToList();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(Math.Min(damaged.Count, 64));
            switch (random.Next(3))
            {
                case 0 when damaged.Count > 1:
                    damaged.RemoveAt(at);
                    break;
                case 1:
                    damaged.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    damaged[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. damaged];
    }
}
