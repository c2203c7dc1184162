using System.Buffers.Binary;

namespace KdCluster.SoftTargets.Local;

/// <summary>One record of a segment: fingerprint (16 bytes), row, check (4 bytes). All zero is a hole: a record that was dropped.</summary>
internal sealed class RecordLayout(SoftTargetSet set, SetKey key)
{
    private const int KeyBytes = 16;

    public SetKey Set { get; } = key;
    public int RowBytes { get; } = set.RowBytes;
    public int Bytes { get; } = KeyBytes + set.RowBytes + Check.Bytes;

    public void Write(Span<byte> record, InstanceFingerprint key, ReadOnlySpan<byte> row)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(record, key.Value);
        row.CopyTo(record[KeyBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[(KeyBytes + RowBytes)..], Check.OfRow(Set.CheckSeed, key, row));
    }

    public RecordState State(ReadOnlySpan<byte> record, out InstanceFingerprint key)
    {
        key = new InstanceFingerprint(BinaryPrimitives.ReadUInt128LittleEndian(record));
        uint check = BinaryPrimitives.ReadUInt32LittleEndian(record[(KeyBytes + RowBytes)..]);
        if (check == Check.OfRow(Set.CheckSeed, key, record.Slice(KeyBytes, RowBytes)))
            return RecordState.Whole;
        return record.ContainsAnyExcept((byte)0) ? RecordState.Damaged : RecordState.Hole;
    }

    /// <summary>Copies the row out when the record is whole and of this key; the check is taken over the copy, so that a write under way cannot slip in between.</summary>
    public RecordState Read(ReadOnlySpan<byte> record, InstanceFingerprint key, Span<byte> row)
    {
        if (BinaryPrimitives.ReadUInt128LittleEndian(record) != key.Value)
            return State(record, out _) == RecordState.Damaged ? RecordState.Damaged : RecordState.Other;
        uint check = BinaryPrimitives.ReadUInt32LittleEndian(record[(KeyBytes + RowBytes)..]);
        if (check != Check.OfRow(Set.CheckSeed, key, record.Slice(KeyBytes, RowBytes)))
            return record.ContainsAnyExcept((byte)0) ? RecordState.Damaged : RecordState.Hole;
        record.Slice(KeyBytes, RowBytes).CopyTo(row);
        return RecordState.Whole;
    }
}
