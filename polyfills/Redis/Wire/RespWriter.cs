using System.Buffers;
using System.Buffers.Text;

namespace StackExchange.Redis.Wire;

/// <summary>Collects commands for one write to the stream; large values go to the stream from where they lie.</summary>
internal sealed class RespWriter(Stream stream)
{
    private const int FlushAt = 64 * 1024;
    private const int Large = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt + Large);

    public bool HasUnflushed => _buffer.WrittenCount > 0;

    public void Write(string name, ReadOnlySpan<RedisValue> arguments)
    {
        WriteLength('*', arguments.Length + 1);
        WriteValue(name);
        foreach (var argument in arguments)
        {
            WriteValue(argument);
        }

        if (_buffer.WrittenCount >= FlushAt)
        {
            Flush();
        }
    }

    public void Flush()
    {
        stream.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    private void WriteValue(RedisValue value)
    {
        var length = value.GetByteCount();
        WriteLength('$', length);
        if (length < Large)
        {
            _buffer.Advance(value.CopyTo(_buffer.GetSpan(Math.Max(length, 1))));
        }
        else
        {
            Flush();
            stream.Write(((ReadOnlyMemory<byte>)value).Span);
        }

        _buffer.Write("\r\n"u8);
    }

    private void WriteLength(char kind, int length)
    {
        var span = _buffer.GetSpan(16);
        span[0] = (byte)kind;
        Utf8Formatter.TryFormat(length, span[1..], out var digits);
        "\r\n"u8.CopyTo(span[(1 + digits)..]);
        _buffer.Advance(digits + 3);
    }
}
