using System.Buffers;
using System.Buffers.Text;

namespace StackExchange.Redis.Wire;

/// <summary>
/// Builds replies from bytes as they arrive and keeps what is unfinished, so that no byte is looked at twice: a 64 MiB value or an
/// array of many is read in one pass. What a length only claims is not allocated before its bytes are there.
/// </summary>
internal sealed class RespParser
{
    private const int LargestBulk = 512 * 1024 * 1024; // Redis' own limit
    private const int TrustedBulk = 64 * 1024 * 1024;
    private const int TrustedCount = 1024;
    private const int LongestLine = 64 * 1024;
    private const int Deepest = 128;

    private readonly Stack<(List<RespReply> Items, int Count)> _open = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private byte[]? _bulk;
    private int _bulkLength;
    private int _bulkFilled;
    private int _tail;

    /// <summary>Where bytes of a value under way may be received directly; empty between values.</summary>
    public Memory<byte> Wanted => _bulk is null || _bulkFilled == _bulkLength ? default : Room();

    /// <summary>Says that many bytes were received into <see cref="Wanted"/>.</summary>
    public void Filled(int count) => _bulkFilled += count;

    /// <summary>Takes bytes until one reply is whole; false when all bytes are used up before.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out RespReply reply)
    {
        while (true)
        {
            if (!(_bulk is null ? TryReadLine(ref bytes, out var item) : TryReadBulk(ref bytes, out item)))
            {
                reply = default;
                return false;
            }

            if (item is { } whole && TryClose(whole, out reply))
            {
                return true;
            }
        }
    }

    /// <summary>Adds a finished item to the arrays that are open; true when it is a reply of its own, or finishes one.</summary>
    private bool TryClose(RespReply item, out RespReply reply)
    {
        reply = item;
        while (_open.TryPeek(out var array))
        {
            array.Items.Add(reply);
            if (array.Items.Count < array.Count)
            {
                return false;
            }

            reply = RespReply.Of(RespKind.Array, array.Items.ToArray());
            _open.Pop();
        }

        return true;
    }

    private bool TryReadLine(ref ReadOnlySpan<byte> bytes, out RespReply? item)
    {
        item = null;
        var end = bytes.IndexOf((byte)'\n');
        if (_line.WrittenCount + (end < 0 ? bytes.Length : end) > LongestLine)
        {
            throw new RespException($"A line is longer than {LongestLine} bytes.");
        }

        if (end < 0)
        {
            _line.Write(bytes);
            bytes = default;
            return false;
        }

        var line = bytes[..end];
        bytes = bytes[(end + 1)..];
        if (_line.WrittenCount > 0)
        {
            _line.Write(line);
            line = _line.WrittenSpan;
        }

        if (line.Length < 2 || line[^1] != '\r')
        {
            throw new RespException("A line is empty or does not end with CR LF.");
        }

        item = ParseLine(line[0], line[1..^1]);
        _line.ResetWrittenCount();
        return true;
    }

    /// <summary>Null when the line only opened a value or an array.</summary>
    private RespReply? ParseLine(byte kind, ReadOnlySpan<byte> text)
    {
        switch (kind)
        {
            case (byte)'+':
                return RespReply.Of(RespKind.Simple, text.ToArray());
            case (byte)'-':
                return RespReply.Of(RespKind.Error, text.ToArray());
            case (byte)':':
                return RespReply.Integer(Number(text));
            case (byte)'$':
                return OpenBulk(Number(text));
            case (byte)'*':
                return OpenArray(Number(text));
            default:
                throw new RespException($"A reply starts with byte 0x{kind:X2}.");
        }
    }

    private RespReply? OpenBulk(long length)
    {
        if (length is < -1 or > LargestBulk)
        {
            throw new RespException($"A value claims {length} bytes.");
        }

        if (length == -1)
        {
            return RespReply.Of(RespKind.Bulk, null);
        }

        (_bulkLength, _bulkFilled, _tail) = ((int)length, 0, 0);
        _bulk = length == 0 ? [] : GC.AllocateUninitializedArray<byte>((int)Math.Min(length, TrustedBulk));
        return null;
    }

    private RespReply? OpenArray(long count)
    {
        if (count is < -1 or > int.MaxValue || _open.Count == Deepest)
        {
            throw new RespException($"An array claims {count} items at depth {_open.Count}.");
        }

        if (count <= 0)
        {
            return RespReply.Of(RespKind.Array, count == 0 ? Array.Empty<RespReply>() : null);
        }

        _open.Push((new List<RespReply>((int)Math.Min(count, TrustedCount)), (int)count));
        return null;
    }

    private bool TryReadBulk(ref ReadOnlySpan<byte> bytes, out RespReply? item)
    {
        item = null;
        while (_bulkFilled < _bulkLength)
        {
            if (bytes.IsEmpty)
            {
                return false;
            }

            var room = Room().Span;
            var taken = Math.Min(room.Length, bytes.Length);
            bytes[..taken].CopyTo(room);
            bytes = bytes[taken..];
            _bulkFilled += taken;
        }

        for (; _tail < 2; _tail++)
        {
            if (bytes.IsEmpty)
            {
                return false;
            }

            if (bytes[0] != "\r\n"u8[_tail])
            {
                throw new RespException("A value is not followed by CR LF.");
            }

            bytes = bytes[1..];
        }

        item = RespReply.Of(RespKind.Bulk, _bulk);
        _bulk = null;
        return true;
    }

    private Memory<byte> Room()
    {
        if (_bulkFilled == _bulk!.Length)
        {
            Array.Resize(ref _bulk, (int)Math.Min(_bulk.Length * 2L, _bulkLength));
        }

        return _bulk.AsMemory(_bulkFilled);
    }

    private static long Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length
        ? number
        : throw new RespException("A number is not one.");
}
