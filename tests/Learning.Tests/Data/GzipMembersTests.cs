using System.IO.Compression;
using System.Text;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class GzipMembersTests
{
    private static readonly byte[] First = Text("first", 3000), Second = Text("second", 20);

    [Fact]
    public void Members_follow_one_another_be_they_empty_or_large_and_zeros_may_end_the_file()
    {
        Assert.Equal(First, Read(Zip(First)));
        Assert.Equal([.. First, .. Second], Read([.. Zip(First), .. Zip(Second)]));
        Assert.Equal([.. Second, .. First, .. Second], Read([.. Zip([]), .. Zip(Second), .. Zip([]), .. Zip([]), .. Zip(First), .. Zip(Second), .. Zip([])]));
        Assert.Equal(First, Read([.. Zip(First), .. new byte[70_000]]));
        byte[] random = new byte[300_000];
        new Random(3).NextBytes(random);
        Assert.Equal([.. random, .. random], Read([.. Zip(random), .. Zip(random)]));
    }

    [Fact]
    public void Fields_of_a_member_s_header_are_passed_over()
    {
        byte[] plain = Zip(Second);
        byte[] header = [0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, 3, /* extra */ 2, 0, 9, 0, /* name */ .. "a\0"u8, /* comment */ .. "\0"u8, /* check sum */ 5, 6];
        Assert.Equal([.. Second, .. First], Read([.. header, .. plain[10..], .. Zip(First)]));
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        byte[] first = Zip(First), whole = [.. first, .. Zip(Second)];
        for (int length = 2; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            // A file that ends with its first member is whole; nothing tells that a second was to follow.
            if (length == first.Length)
                Assert.Equal(First, Read(cut));
            else
                Assert.Throws<InvalidDataException>(() => Read(cut));
        }
    }

    [Fact]
    public void Bytes_that_are_no_member_and_wrong_check_sums_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => Read([.. Zip(First), 0x1F]));
        Assert.Throws<InvalidDataException>(() => Read([.. Zip(First), 0, 0, 7]));
        Assert.Throws<InvalidDataException>(() => Read([.. Zip(First), .. "text\tlabel\n"u8]));
        for (int i = 1; i <= 8; i++)
        {
            byte[] wrong = Zip(Second);
            wrong[^i] ^= 1;
            Assert.Throws<InvalidDataException>(() => Read(wrong));
        }
    }

    [Theory]
    [InlineData("tsv", '\t')]
    [InlineData("csv", ',')]
    public void A_cut_file_of_rows_is_refused_with_its_line(string format, char separator)
    {
        byte[] rows = Encoding.UTF8.GetBytes($"text{separator}label\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"row {i * 7919}{separator}{i % 2}\n")));
        byte[] zipped = Zip(rows);
        using var folder = new TemporaryFolder();
        folder.Write("whole.gz", zipped);
        folder.Write("cut.gz", zipped[..(zipped.Length / 2)]);
        var spec = new DataSpec { Format = format };
        Assert.Equal(500, LabelledFile.Read(spec, folder.Path, "whole.gz").Rows.Count);
        KdError error = Assert.Single(Assert.Throws<KdException>(() => LabelledFile.Read(spec, folder.Path, "cut.gz")).Errors);
        Assert.Equal("KD1102", error.Code);
        Assert.Contains("its end is missing", error.What, StringComparison.Ordinal);
    }

    private static byte[] Text(string word, int count) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $"{word} {i * 7919}\n")));

    private static byte[] Zip(byte[] plain)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(plain);
            // .NET writes nothing at all for nothing.
            gzip.Flush();
        }
        return zipped.Length > 0 ? zipped.ToArray() : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Read(byte[] file)
    {
        using var gzip = new GzipMembers(new MemoryStream(file));
        using var plain = new MemoryStream();
        gzip.CopyTo(plain, 1000);
        return plain.ToArray();
    }
}
