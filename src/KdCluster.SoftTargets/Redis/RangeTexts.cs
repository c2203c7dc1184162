using System.Text;

namespace KdCluster.SoftTargets.Redis;

/// <summary>
/// What requests for rows look like on the wire (RESP arrays of bulk strings). A round is hundreds of them, so each is put together from two pieces that
/// are made once: the command up to its key, of a slab, and the range in it, of a row.
/// </summary>
internal sealed class RangeTexts(RedisLayout layout, string generation)
{
    private readonly Lock _growing = new();
    private readonly string _prefix = layout.RowSlabs(generation);
    private readonly byte[][] _rows = [.. Enumerable.Range(0, layout.RowsPerSlab).Select(row =>
        Encoding.ASCII.GetBytes(Bulk($"{row * layout.RecordBytes}") + Bulk($"{((row + 1) * layout.RecordBytes) - 1}")))];

    private byte[][] _slabs = [];

    /// <summary>What is answered.</summary>
    public ReplyShape Reply { get; } = new(layout.RecordBytes);

    /// <summary>Bytes of a request at most.</summary>
    public int Longest => Command(int.MaxValue).Length + _rows[^1].Length;

    /// <summary>Writes the request for one row.</summary>
    /// <returns>Its bytes.</returns>
    public int Write(int number, Span<byte> text)
    {
        (int slab, int row) = Math.DivRem(number, _rows.Length);
        byte[][] slabs = Volatile.Read(ref _slabs);
        byte[] head = (slab < slabs.Length ? slabs : UpTo(slab))[slab], tail = _rows[row];
        head.CopyTo(text);
        tail.CopyTo(text[head.Length..]);
        return head.Length + tail.Length;
    }

    private byte[][] UpTo(int slab)
    {
        lock (_growing)
        {
            if (slab >= _slabs.Length)
                Volatile.Write(ref _slabs, [.. _slabs, .. Enumerable.Range(_slabs.Length, slab + 1).Select(s => Encoding.ASCII.GetBytes(Command(s)))]);
            return _slabs;
        }
    }

    private string Command(int slab) => "*4\r\n$8\r\nGETRANGE\r\n" + Bulk($"{_prefix}{slab}");

    private static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";
}
