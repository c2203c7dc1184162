using System.Buffers;
using System.Buffers.Text;

namespace KdCluster.SoftTargets.Redis;

/// <summary>Range reads of one round, as they go over the wire (RESP arrays of bulk strings).</summary>
/// <param name="keyPrefix">What all keys start with.</param>
internal sealed class RangeRequests(byte[] keyPrefix)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Asks for bytes start..end, both included, of the key that ends with a number.</summary>
    public void Add(int keyNumber, int start, int end)
    {
        Span<byte> number = stackalloc byte[11];
        Utf8Formatter.TryFormat(keyNumber, number, out int digits);
        _bytes.Write("*4\r\n$8\r\nGETRANGE\r\n$"u8);
        WriteNumber(keyPrefix.Length + digits);
        _bytes.Write(keyPrefix);
        _bytes.Write(number[..digits]);
        _bytes.Write("\r\n"u8);
        WriteBulk(start);
        WriteBulk(end);
        Count++;
    }

    private void WriteBulk(int value)
    {
        Span<byte> text = stackalloc byte[11];
        Utf8Formatter.TryFormat(value, text, out int length);
        _bytes.Write("$"u8);
        WriteNumber(length);
        _bytes.Write(text[..length]);
        _bytes.Write("\r\n"u8);
    }

    private void WriteNumber(int value)
    {
        Utf8Formatter.TryFormat(value, _bytes.GetSpan(11), out int length);
        _bytes.Advance(length);
        _bytes.Write("\r\n"u8);
    }
}
