using System.Buffers.Binary;

namespace KdCluster.SoftTargets.Local;

/// <summary>The first 64 bytes of a segment: magic, version, record size, capacity in records, set, check.</summary>
internal static class SegmentHeader
{
    public const int Bytes = 64;
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "KDSEGMT\n"u8;

    public static byte[] Write(RecordLayout layout, int capacity)
    {
        byte[] header = new byte[Bytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), layout.Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), capacity);
        BinaryPrimitives.WriteUInt128LittleEndian(header.AsSpan(24), layout.Set.Hash);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(60), Check.Of(0, header.AsSpan(0, 60)));
        return header;
    }

    /// <summary>The capacity, or -1 when this is not a whole header of the layout's set.</summary>
    public static int Read(ReadOnlySpan<byte> header, RecordLayout layout)
    {
        if (header.Length < Bytes || !header.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(header[60..]) != Check.Of(0, header[..60])
            || BinaryPrimitives.ReadInt32LittleEndian(header[8..]) != Version
            || BinaryPrimitives.ReadInt32LittleEndian(header[12..]) != layout.Bytes
            || BinaryPrimitives.ReadUInt128LittleEndian(header[24..]) != layout.Set.Hash)
        {
            return -1;
        }

        return BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
    }
}
