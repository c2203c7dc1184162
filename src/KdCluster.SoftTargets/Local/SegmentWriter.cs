namespace KdCluster.SoftTargets.Local;

/// <summary>
/// Appends to one segment. A record's place is given out when it is put and it is read from memory until it is in the file.
/// <see cref="Append"/> is called under the set's lock, <see cref="WritePending"/> by the store's writer thread only.
/// </summary>
internal sealed class SegmentWriter(Segment segment, RecordLayout layout, FileStream lockFile, int written) : IDisposable
{
    private const int BlockBytes = 64 << 10;

    private readonly int _blockRecords = Math.Max(1, BlockBytes / layout.Bytes);
    private Block[] _blocks = [];
    private int _next = written;
    private int _written = written;

    public Segment Segment => segment;

    public int End => _next;

    public bool Full => _next >= segment.Capacity;

    public int Written => Volatile.Read(ref _written);

    public int Unwritten => _next - _written;

    /// <summary>Takes the next record; its number.</summary>
    public int Append(InstanceFingerprint key, ReadOnlySpan<byte> row)
    {
        Block[] blocks = _blocks;
        if (blocks.Length == 0 || _next >= blocks[^1].First + _blockRecords)
            Volatile.Write(ref _blocks, blocks = [.. blocks, new Block(_next, new byte[_blockRecords * layout.Bytes])]);
        Block last = blocks[^1];
        layout.Write(last.Bytes.AsSpan((_next - last.First) * layout.Bytes, layout.Bytes), key, row);
        return _next++;
    }

    public bool TryRead(int record, InstanceFingerprint key, Span<byte> row, out RecordState state)
    {
        state = RecordState.Hole;
        if (record < Written)
            return false;
        foreach (Block block in Volatile.Read(ref _blocks))
        {
            if (record < block.First || record >= block.First + _blockRecords)
                continue;
            state = layout.Read(block.Bytes.AsSpan((record - block.First) * layout.Bytes, layout.Bytes), key, row);
            return true;
        }

        return false;   // written and let go between the two looks
    }

    /// <summary>Writes records up to <paramref name="end"/>, which was read under the set's lock.</summary>
    public void WritePending(int end, Lock gate)
    {
        int at = _written;
        foreach (Block block in Volatile.Read(ref _blocks))
        {
            int to = Math.Min(end, block.First + _blockRecords);
            if (to <= at)
                continue;
            ReadOnlySpan<byte> run = block.Bytes.AsSpan((at - block.First) * layout.Bytes, (to - at) * layout.Bytes);
            RandomAccess.Write(segment.File, run, segment.Offset(at));
            at = to;
        }

        lock (gate)
        {
            Volatile.Write(ref _written, at);
            Volatile.Write(ref _blocks, [.. _blocks.Where(b => b.First + _blockRecords > at)]);
        }
    }

    public void Sync() => RandomAccess.FlushToDisk(segment.File);

    public void Dispose() => lockFile.Dispose();

    private sealed record Block(int First, byte[] Bytes);
}
