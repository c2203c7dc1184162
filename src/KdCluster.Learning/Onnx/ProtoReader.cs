using System.Text;

namespace KdCluster.Learning.Onnx;

/// <summary>Goes through protobuf messages field by field, in the wire format of protobuf.dev/programming-guides/encoding. What nobody asks for is passed over, not read: of a file with gigabytes of weights a few kilobytes.</summary>
/// <param name="stream">At the first byte of a message; it can seek.</param>
internal sealed class ProtoReader(Stream stream)
{
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    // As deep as protobuf's own readers go.
    private const int Deepest = 100;

    private int _depth;

    /// <summary>The fields of the message that begins here.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="number">Is told of whole numbers: the field and its value; null: nobody asks.</param>
    /// <param name="block">Is told of texts, messages and packed numbers: the field and its length in bytes; the stream is at its first byte.</param>
    /// <exception cref="InvalidDataException">It is no message.</exception>
    public void Each(long bytes, Action<int, long>? number, Action<int, long> block)
    {
        long end = stream.Position + bytes;
        Require(bytes >= 0 && end <= stream.Length && ++_depth <= Deepest);
        while (stream.Position < end)
        {
            long tag = Number();
            int field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case Varint:
                    long value = Number();
                    number?.Invoke(field, value);
                    break;
                case Delimited:
                    long length = Number(), next = stream.Position + length;
                    Require(length >= 0 && next <= end);
                    block(field, length);
                    stream.Position = next;
                    break;
                case Fixed32 or Fixed64:
                    stream.Position += (tag & 7) == Fixed32 ? sizeof(int) : sizeof(long);
                    break;
                default:
                    Require(false);
                    break;
            }
        }

        Require(stream.Position == end);
        _depth--;
    }

    /// <summary>The packed whole numbers that begin here.</summary>
    /// <exception cref="InvalidDataException">They do not end there.</exception>
    public IEnumerable<long> Numbers(long bytes)
    {
        for (long end = stream.Position + bytes; stream.Position < end;)
            yield return Number();
    }

    /// <summary>The text that begins here.</summary>
    /// <exception cref="InvalidDataException">The file ends in it.</exception>
    public string Text(long bytes)
    {
        Require(bytes <= stream.Length - stream.Position);
        byte[] text = new byte[bytes];
        stream.ReadExactly(text);
        return Encoding.UTF8.GetString(text);
    }

    private long Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            int next = stream.ReadByte();
            Require(next >= 0);
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)value;
        }

        throw new InvalidDataException("it is no protobuf message");
    }

    private static void Require(bool fits)
    {
        if (!fits)
            throw new InvalidDataException("it is no protobuf message");
    }
}
