using System.Buffers.Binary;
using StackExchange.Redis;

namespace KdCluster.SoftTargets.Redis;

/// <summary>
/// How a set lies in Redis: its rows are numbered in the order in which they came, and kept in slabs, strings of one fixed size just below an
/// allocation class of 16 KiB; the fingerprints by the same numbers in separate slabs. That costs 12 + 4 bytes a row whatever its
/// size, where a key, or a field of a hash beyond its compact limits (128 fields, 64 bytes), costs 60 and more.
/// </summary>
/// <remarks>
/// Keys: <c>kd:sets</c> hash of set name to its description; <c>kd:{set}</c> hash of g (generation, random), c (rows), h (rows dropped);
/// <c>kd:{set}:{g}:r{slab}</c> rows and <c>kd:{set}:{g}:k{slab}</c> fingerprints.
/// </remarks>
internal sealed class RedisLayout
{
    /// <summary>Of a fingerprint its first 96 bits are kept: among 10^9 rows two meet with a chance of 10^-11.</summary>
    public const int KeyBytes = 12;

    /// <summary>An allocation class of the server's allocator less the string's own header.</summary>
    private const int SlabBytes = (16 << 10) - 16;

    public const string Sets = "kd:sets";

    private readonly uint _seed;

    public RedisLayout(SoftTargetSet set)
    {
        SetKey key = SetKey.Of(set);
        Set = set;
        Name = key.Name;
        Meta = $"kd:{key.Name[..16]}";
        _seed = key.CheckSeed;
        RowBytes = set.RowBytes;
    }

    public SoftTargetSet Set { get; }

    public string Name { get; }

    public string Meta { get; }

    public int RowBytes { get; }

    public int RecordBytes => RowBytes + Check.Bytes;

    public int RowsPerSlab => Math.Max(1, SlabBytes / RecordBytes);

    public static int KeysPerSlab => SlabBytes / KeyBytes;

    /// <summary>Bytes of the server's memory for so many rows, keys and allocation overhead included.</summary>
    public long MemoryOf(long rows) =>
        ((rows + RowsPerSlab - 1) / RowsPerSlab * ((RowsPerSlab * RecordBytes) + 136L)) + ((rows + KeysPerSlab - 1) / KeysPerSlab * (SlabBytes + 136L));

    /// <summary>What the keys of all row slabs start with.</summary>
    public string RowSlabs(string generation) => $"{Meta}:{generation}:r";

    public RedisKey RowSlab(string generation, long slab) => $"{RowSlabs(generation)}{slab}";

    public RedisKey KeySlab(string generation, long slab) => $"{Meta}:{generation}:k{slab}";

    public static InstanceFingerprint Short(InstanceFingerprint key) => new(key.Value >> 32);

    public static void WriteKey(Span<byte> bytes, InstanceFingerprint shortKey)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)shortKey.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[4..], (ulong)(shortKey.Value >> 32));
    }

    public static InstanceFingerprint ReadKey(ReadOnlySpan<byte> bytes) =>
        new(((UInt128)BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    public void WriteRecord(Span<byte> record, InstanceFingerprint shortKey, ReadOnlySpan<byte> row)
    {
        row.CopyTo(record);
        BinaryPrimitives.WriteUInt32LittleEndian(record[RowBytes..], Check.OfRow(_seed, shortKey, row));
    }

    public bool IsWhole(ReadOnlySpan<byte> record, InstanceFingerprint shortKey) =>
        record.Length == RecordBytes && BinaryPrimitives.ReadUInt32LittleEndian(record[RowBytes..]) == Check.OfRow(_seed, shortKey, record[..RowBytes]);
}
