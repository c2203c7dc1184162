using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace KdCluster.SoftTargets.Local;

/// <summary>One segment file, for reading. Another process, or this one's <see cref="SegmentWriter"/>, may be appending to it.</summary>
internal sealed class Segment : IDisposable
{
    private const long SmallestMapping = 64 << 10;

    private readonly RecordLayout _layout;
    private readonly List<Mapping> _retired = [];
    private Mapping? _mapping;

    private Segment(string path, SafeFileHandle file, bool writable, RecordLayout layout, int capacity)
    {
        Path = path;
        File = file;
        Writable = writable;
        _layout = layout;
        Capacity = capacity;
    }

    public string Path { get; }

    public SafeFileHandle File { get; }

    public bool Writable { get; }

    public int Capacity { get; }

    /// <summary>Records that the index has seen.</summary>
    public int Known { get; set; }

    public bool Full => Known >= Capacity;

    /// <summary>Rows put by this process that may not be in the file yet.</summary>
    public SegmentWriter? Writer { get; set; }

    /// <summary>Opens a segment; null when its header is damaged or not all there.</summary>
    public static Segment? Open(string path, RecordLayout layout)
    {
        SafeFileHandle file;
        bool writable = true;
        try
        {
            file = OpenFile(path, FileAccess.ReadWrite);
        }
        catch (UnauthorizedAccessException)
        {
            writable = false;
            file = OpenFile(path, FileAccess.Read);
        }

        Span<byte> header = stackalloc byte[SegmentHeader.Bytes];
        int capacity = SegmentHeader.Read(header[..RandomAccess.Read(file, header, 0)], layout);
        if (capacity is > 0 and <= IndexTable.MaxRecords)
            return new Segment(path, file, writable, layout, capacity);
        file.Dispose();
        return null;
    }

    /// <summary>Whole records in the file now.</summary>
    public int Count() => (int)Math.Min(Capacity, Math.Max(0, RandomAccess.GetLength(File) - SegmentHeader.Bytes) / _layout.Bytes);

    public long Offset(int record) => SegmentHeader.Bytes + ((long)record * _layout.Bytes);

    /// <summary>Maps the records below <paramref name="count"/> when that at least doubles what is mapped, or completes the segment.</summary>
    public void Map(int count)
    {
        long end = Offset(count);
        Mapping? old = _mapping;
        if (end < SmallestMapping || (old is not null && (end < 2 * old.Bytes) && (count < Capacity || old.Bytes == end)))
            return;
        Volatile.Write(ref _mapping, new Mapping(File, end));
        if (old is not null)
            _retired.Add(old);   // readers may still be in it
    }

    public RecordState Read(int record, InstanceFingerprint key, Span<byte> row)
    {
        if (Writer is { } writer && writer.TryRead(record, key, row, out RecordState state))
            return state;
        long offset = Offset(record);
        if (Volatile.Read(ref _mapping) is { } mapping && offset + _layout.Bytes <= mapping.Bytes)
            return _layout.Read(mapping.Slice(offset, _layout.Bytes), key, row);
        Span<byte> bytes = _layout.Bytes <= 1024 ? stackalloc byte[_layout.Bytes] : new byte[_layout.Bytes];
        return RandomAccess.Read(File, bytes, offset) == bytes.Length ? _layout.Read(bytes, key, row) : RecordState.Hole;
    }

    /// <summary>The key that a record names, its check not looked at.</summary>
    public InstanceFingerprint Key(int record)
    {
        Span<byte> key = stackalloc byte[16];
        key.Clear();
        _ = RandomAccess.Read(File, key, Offset(record));
        return new InstanceFingerprint(BinaryPrimitives.ReadUInt128LittleEndian(key));
    }

    public void MakeHole(int record) => RandomAccess.Write(File, new byte[_layout.Bytes], Offset(record));

    /// <summary>The tags of records from..to, 0 for each that is a hole or damaged.</summary>
    public uint[] Scan(int from, int to, List<int> damaged)
    {
        var tags = new uint[to - from];
        byte[] buffer = new byte[Math.Max(1, Math.Min(to - from, (1 << 20) / _layout.Bytes)) * _layout.Bytes];
        int perBuffer = buffer.Length / _layout.Bytes;
        for (int first = from; first < to; first += perBuffer)
        {
            int count = Math.Min(perBuffer, to - first);
            Span<byte> bytes = buffer.AsSpan(0, count * _layout.Bytes);
            int read = RandomAccess.Read(File, bytes, Offset(first));
            bytes[read..].Clear();
            for (int i = 0; i < count; i++)
            {
                switch (_layout.State(bytes.Slice(i * _layout.Bytes, _layout.Bytes), out InstanceFingerprint key))
                {
                    case RecordState.Whole: tags[first - from + i] = IndexTable.Tag(key); break;
                    case RecordState.Damaged: damaged.Add(first + i); break;
                }
            }
        }

        return tags;
    }

    private static SafeFileHandle OpenFile(string path, FileAccess access) =>
        System.IO.File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);

    public void Dispose()
    {
        Writer?.Dispose();
        _mapping?.Dispose();
        foreach (Mapping old in _retired)
            old.Dispose();
        File.Dispose();
    }
}
