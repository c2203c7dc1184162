using System.Text;
using KdCluster.SoftTargets;

namespace KdCluster.Tests;

/// <summary>CRC-32C as RFC 3720 has it: its examples (B.4), and its polynomial (12.1) bit by bit.</summary>
public sealed class CheckTests
{
    [Fact]
    public void The_examples_of_the_standard_come_out()
    {
        Assert.Equal(0xE3069283u, Check.Of(0, Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Check.Of(0, new byte[32]));
        Assert.Equal(0x62A8AB43u, Check.Of(0, Enumerable.Repeat((byte)255, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Check.Of(0, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0x113FDB5Cu, Check.Of(0, Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray()));
    }

    [Fact]
    public void Any_number_of_bytes_goes_on_from_any_check()
    {
        byte[] bytes = [.. Enumerable.Range(0, 40).Select(i => (byte)((37 * i) + 11))];
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(BitByBit(0x12345678, bytes.AsSpan(0, length)), Check.Of(0x12345678, bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_rows_check_is_over_the_key_lowest_byte_first_and_then_the_row()
    {
        InstanceFingerprint key = new(new UInt128(0x0102030405060708, 0x090A0B0C0D0E0F10));
        byte[] both = [0x10, 0x0F, 0x0E, 0x0D, 0x0C, 0x0B, 0x0A, 9, 8, 7, 6, 5, 4, 3, 2, 1, 200, 100, 50];
        Assert.Equal(BitByBit(7, both), Check.OfRow(7, key, both.AsSpan(16)));
        Assert.Equal(BitByBit(7, both.AsSpan(0, 16)), Check.OfRow(7, key, []));
    }

    /// <summary>A row of one set is none of another: the check begins with the last 32 bits of the set's name.</summary>
    [Fact]
    public void A_sets_rows_are_checked_from_the_end_of_its_name() =>
        Assert.Equal(0x19729A0Cu, SetKey.Of(new SoftTargetSet(new string('a', 64), OutputNames.Logits, ElementType.Float32, 4, 0, new string('1', 64))).CheckSeed);

    private static uint BitByBit(uint seed, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~seed;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
            }
        }

        return ~crc;
    }
}
