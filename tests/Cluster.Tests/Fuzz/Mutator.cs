using System.Buffers.Binary;
using System.Text;

namespace KdCluster.Tests.Fuzz;

/// <summary>Damages what was whole, in ways that parsers have fallen for: lengths, numbers, encodings, cuts and repetitions.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly long[] Edges =
        [0, 1, -1, 7, 8, 127, 128, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, (long)uint.MaxValue + 1, long.MaxValue, long.MinValue];

    private static readonly string[] Words =
    [
        "null", "true", "{}", "[]", "\"\"", "\"\\ud800\"", "\\u0000", "-1", "0", "1e999", "-0.0", "NaN", "9223372036854775808", "99999999999999999999", "2147483648",
        "\0", "\uFFFD", "\r", "\n", "\t", "\"", ",", ":", "{", "}", "[", "]", "../../etc/passwd", "/dev/zero", "/proc/self/mem", "%s%n", "redis://u:p@h", "__metadata__",
    ];

    /// <summary>One to four changes.</summary>
    public byte[] Mutate(byte[] whole)
    {
        byte[] bytes = [.. whole];
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            bytes = bytes.Length == 0 ? Some(random.Next(64)) : Once(bytes);
        }

        return bytes;
    }

    /// <summary>Random bytes.</summary>
    public byte[] Some(int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Once(byte[] bytes)
    {
        int at = random.Next(bytes.Length), length = random.Next(1, Math.Min(64, bytes.Length - at) + 1);
        switch (random.Next(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)Edges[random.Next(Edges.Length)];
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 5:
                return [.. bytes[..at], .. Some(length), .. bytes[at..]];
            case 6:
                Write(bytes.AsSpan(at), Edges[random.Next(Edges.Length)]);
                return bytes;
            case 7:
                return Number(bytes, at);
            case 8:
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]), .. bytes[at..]];
            default:
                return [.. bytes[..at], .. Enumerable.Repeat(bytes[at], random.Next(1, 4096)), .. bytes[at..]];
        }
    }

    private void Write(Span<byte> at, long value)
    {
        if (at.Length >= 8 && random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, value);
        }
        else if (at.Length >= 4)
        {
            BinaryPrimitives.WriteInt32LittleEndian(at, (int)value);
        }
        else
        {
            at[0] = (byte)value;
        }
    }

    /// <summary>Puts another number in the place of the next one that is written in digits.</summary>
    private byte[] Number(byte[] bytes, int at)
    {
        int begin = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (begin < 0)
        {
            return bytes;
        }

        begin += at;
        int digits = bytes.AsSpan(begin).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        int end = digits < 0 ? bytes.Length : begin + digits;
        return [.. bytes[..begin], .. Encoding.ASCII.GetBytes(Edges[random.Next(Edges.Length)].ToString(System.Globalization.CultureInfo.InvariantCulture)), .. bytes[end..]];
    }
}
