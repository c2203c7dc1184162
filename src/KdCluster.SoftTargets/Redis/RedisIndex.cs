using KdCluster.SoftTargets.Local;

namespace KdCluster.SoftTargets.Redis;

/// <summary>This process's copy of the fingerprints of one generation of a set: which row number a fingerprint has.</summary>
/// <remarks>Any number of threads may find while one adds.</remarks>
internal sealed class RedisIndex(RedisLayout layout, string? generation)
{
    private const int ChunkBits = 12;
    private readonly IndexTable _table = new();
    private ulong[][] _high = [];

    /// <summary>Null when the server has none.</summary>
    public string? Generation => generation;

    /// <summary>How its rows are asked for.</summary>
    public RangeTexts Texts { get; } = new(layout, generation ?? "");

    /// <summary>Rows known.</summary>
    public int Count { get; private set; }

    public void Add(InstanceFingerprint shortKey)
    {
        int number = Count, chunk = number >> ChunkBits;
        if (chunk == _high.Length)
            Volatile.Write(ref _high, [.. _high, new ulong[1 << ChunkBits]]);
        if (shortKey.Value != 0)   // a row that was dropped
        {
            Volatile.Write(ref _high[chunk][number & ((1 << ChunkBits) - 1)], High(shortKey));
            _table.Add(IndexTable.Tag(shortKey), number >> 20, number & (IndexTable.MaxRecords - 1));
        }

        Count = number + 1;
    }

    /// <summary>The row's number, or -1.</summary>
    public int Find(InstanceFingerprint shortKey)
    {
        IndexTable.Candidates candidates = _table.Find(IndexTable.Tag(shortKey));
        while (candidates.MoveNext())
        {
            int number = (candidates.Segment << 20) | candidates.Record;
            if (Volatile.Read(ref Volatile.Read(ref _high)[number >> ChunkBits][number & ((1 << ChunkBits) - 1)]) == High(shortKey))
                return number;
        }

        return -1;
    }

    /// <summary>The row is not whole: it is not found any more, so that it can be put again.</summary>
    public void Forget(int number) => Volatile.Write(ref _high[number >> ChunkBits][number & ((1 << ChunkBits) - 1)], 0);

    private static ulong High(InstanceFingerprint shortKey) => (ulong)(shortKey.Value >> 32) | 1;
}
