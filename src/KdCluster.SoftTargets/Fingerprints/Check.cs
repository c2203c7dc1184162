using System.Buffers.Binary;
using System.Numerics;

namespace KdCluster.SoftTargets;

/// <summary>CRC-32C (Castagnoli), which processors compute: finds every burst of up to 32 damaged bits.</summary>
internal static class Check
{
    public const int Bytes = 4;

    public static uint Of(uint seed, ReadOnlySpan<byte> bytes) => ~Update(~seed, bytes);

    /// <summary>The check of one row: over the set, the whole fingerprint and the row's bytes.</summary>
    public static uint OfRow(uint seed, InstanceFingerprint key, ReadOnlySpan<byte> row)
    {
        uint crc = ~seed;
        crc = BitOperations.Crc32C(crc, (ulong)key.Value);
        crc = BitOperations.Crc32C(crc, (ulong)(key.Value >> 64));
        return ~Update(crc, row);
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        if (bytes.Length >= 4)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
            bytes = bytes[4..];
        }

        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
