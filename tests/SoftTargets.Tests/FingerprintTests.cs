using System.Buffers.Binary;
using System.Security.Cryptography;
using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests;

public sealed class FingerprintTests
{
    [Fact]
    public void Token_types_are_part_of_a_text_and_none_are_the_same_as_zeros()
    {
        InstanceFingerprint ids = Fingerprints.Instance([2, 5, 3, 6, 3]);
        Assert.Equal(ids, Fingerprints.Instance(new InstanceView([2, 5, 3, 6, 3], [0, 0, 0, 0, 0])));
        Assert.NotEqual(ids, Fingerprints.Instance(new InstanceView([2, 5, 3, 6, 3], [0, 0, 0, 1, 1])));
        Assert.NotEqual(Fingerprints.Instance(new InstanceView([2, 5, 3, 6, 3], [0, 0, 1, 1, 1])), Fingerprints.Instance(new InstanceView([2, 5, 3, 6, 3], [0, 0, 0, 1, 1])));
    }

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

    // What kept rows of images are found by: changing any of it loses them.
    [Fact]
    public void Of_named_tensors_it_is_the_start_of_sha256_over_domain_names_types_sizes_and_bytes_in_the_order_of_the_names()
    {
        var pixels = new NamedTensor(new TensorLayout("pixels", TensorType.UInt8, [1, 2, 3]), new byte[] { 9, 8, 7, 6, 5, 4 });
        var extra = new NamedTensor(new TensorLayout("age", TensorType.Float32, [1]), new byte[] { 0, 0, 128, 63 });
        byte[] age = [3, 0, 0, 0, .. "age"u8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 128, 63];
        byte[] image = [6, 0, 0, 0, .. "pixels"u8, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 6, 0, 0, 0, 9, 8, 7, 6, 5, 4];
        Assert.Equal(Expected([.. "kdcluster/view/1\0"u8, .. image]), Fingerprints.Instance(new InstanceView(pixels)).Value);
        Assert.Equal(Expected([.. "kdcluster/view/1\0"u8, .. age, .. image]), Fingerprints.Instance(new InstanceView(pixels, extra)).Value);
        Assert.Equal(Fingerprints.Instance(new InstanceView(pixels, extra)), Fingerprints.Instance(new InstanceView(extra, pixels)));

        static UInt128 Expected(byte[] input) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(input));
    }

    [Fact]
    public void Every_part_of_a_tensor_is_part_of_the_fingerprint_and_a_text_has_that_of_its_ids()
    {
        var layout = new TensorLayout("pixels", TensorType.UInt8, [1, 2, 2]);
        InstanceView[] views =
        [
            Of(layout, 1, 2, 3, 4), Of(layout, 1, 2, 3, 5), Of(layout with { Name = "image" }, 1, 2, 3, 4), Of(layout with { Type = TensorType.Int32 }, 1, 2, 3, 4),
            Of(layout with { Shape = [1, 4, 1] }, 1, 2, 3, 4), Of(layout with { Shape = [4] }, 1, 2, 3, 4), new InstanceView([1, 2, 3, 4]),
        ];
        Assert.Equal(views.Length, Fingerprints.Instances(views).Distinct().Count());
        Assert.Equal(Fingerprints.Instance([5, 6]), Fingerprints.Instance(new InstanceView([5, 6])));

        static InstanceView Of(TensorLayout layout, params byte[] bytes) => new(new NamedTensor(layout, bytes));
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
