using System.Buffers.Binary;
using System.Security.Cryptography;
using KdCluster.SoftTargets;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests;

public sealed class FingerprintTests
{
    [Fact]
    public void Instance_is_the_start_of_sha256_over_domain_and_little_endian_ids()
    {
        byte[] input = [.. "kdcluster/instance/1\0"u8, 1, 0, 0, 0, 0, 1, 0, 0, 255, 255, 255, 255];
        UInt128 expected = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(input));
        Assert.Equal(expected, Fingerprints.Instance([1, 256, -1]).Value);
        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(input))[..32], Fingerprints.Instance([1, 256, -1]).ToString());
    }

    [Fact]
    public void Bulk_gives_the_same_in_order_for_short_and_long_inputs()
    {
        int[][] inputs = [.. Enumerable.Range(0, 3000).Select(i => Enumerable.Range(i, i % 700).ToArray())];
        Assert.Equal(inputs.Select(i => Fingerprints.Instance(i)), Fingerprints.Instances(inputs));
    }

    [Fact]
    public void Different_inputs_differ()
    {
        int[][] inputs = [[], [0], [0, 0], [1], [256], [1, 2], [2, 1]];
        Assert.Equal(inputs.Length, Fingerprints.Instances(inputs).Distinct().Count());
    }

    [Fact]
    public void Every_field_of_a_set_is_part_of_its_key()
    {
        SoftTargetSet set = Rows.Set();
        SoftTargetSet[] sets =
        [
            set, set with { Teacher = new string('b', 64) }, set with { Output = OutputNames.Embedding }, set with { Element = ElementType.BFloat16 },
            set with { Width = 15 }, set with { TopK = 3 }, set with { LabelSpace = new string('2', 64) },
        ];
        Assert.Equal(sets.Length, sets.Select(SetKey.Of).Distinct().Count());
    }
}
