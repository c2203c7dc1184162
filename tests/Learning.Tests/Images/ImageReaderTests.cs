using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Recipes;
using KdCluster.Tests.Data;

namespace KdCluster.Tests.Images;

public sealed class ImageReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", false)]
    [InlineData("train-images-idx3-ubyte.gz", true)]
    public void Idx_images_and_labels_are_the_bytes_of_the_files(string name, bool gzip)
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 8 * 9).Select(i => (byte)(7 * i))];
        Write(name, ImageFiles.Idx([3, 8, 9], pixels), gzip);
        Write(name.Replace("images-idx3", "labels-idx1", StringComparison.Ordinal), ImageFiles.Idx([3], [1, 0, 1]), gzip);
        ImageFile file = IdxReader.Read(_folder.Path, name, RecipePaths.LabelsOf(name)!);
        Assert.Equal(new ImageSize(1, 8, 9), file.Size);
        Assert.Equal(["1", "0", "1"], file.Images.Select(i => i.Label));
        Assert.Equal(pixels, file.Images.SelectMany(i => i.Pixels.ToArray()));
    }

    [Theory]
    [InlineData("magic", "KD1110", "does not begin as an idx file")]
    [InlineData("floats", "KD1110", "of type 0x0D")]
    [InlineData("rank", "KD1110", "has 1 dimension(s)")]
    [InlineData("header", "KD1110", "cut inside its header")]
    [InlineData("cut", "KD1110", "promises 216 bytes, and 100 are there")]
    [InlineData("more", "KD1110", "more bytes follow")]
    [InlineData("huge", "KD1110", "claims [4294967295, 8, 9]")]
    [InlineData("none", "KD1101", "no rows")]
    [InlineData("empty", "KD1101", "empty")]
    [InlineData("gzip", "KD1102", "gzip stream is damaged")]
    [InlineData("labels", "KD1111", "3 images, but 2 labels")]
    public void A_wrong_idx_file_is_an_error_that_says_what(string what, string code, string words)
    {
        byte[] whole = ImageFiles.Idx([3, 8, 9], new byte[3 * 8 * 9]);
        byte[] images = what switch
        {
            "magic" => [1, .. whole[1..]],
            "floats" => ImageFiles.Idx([3, 8, 9], new byte[3 * 8 * 9 * 4], type: 0x0D),
            "rank" => ImageFiles.Idx([216], new byte[216]),
            "header" => whole[..10],
            "cut" => whole[..116],
            "more" => [.. whole, 0],
            "huge" => [.. whole[..4], 0xFF, 0xFF, 0xFF, 0xFF, .. whole[8..]],
            "none" => ImageFiles.Idx([0, 8, 9], []),
            "empty" => [],
            "gzip" => ImageFiles.Gzip(whole)[..^12],
            _ => whole,
        };
        _folder.Write("a", images);
        _folder.Write("b", ImageFiles.Idx([what == "labels" ? 2 : 3], new byte[what == "labels" ? 2 : 3]));
        KdException error = Assert.Throws<KdException>(() => IdxReader.Read(_folder.Path, "a", "b"));
        Assert.Equal(code, error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_images_and_wrong_labels_are_reported_together()
    {
        _folder.Write("a", [1, 2, 3, 4, 5]);
        _folder.Write("b", []);
        Assert.Equal(["KD1110", "KD1101"], Assert.Throws<KdException>(() => IdxReader.Read(_folder.Path, "a", "b")).Errors.Select(e => e.Code));
    }

    [Fact]
    public void Cifar_records_are_a_label_and_three_planes()
    {
        byte[] first = [.. Enumerable.Range(0, 3072).Select(i => (byte)(i / 1024))], second = [.. Enumerable.Range(0, 3072).Select(i => (byte)i)];
        _folder.Write("a.bin", [4, .. first, 9, .. second]);
        ImageFile file = CifarReader.Read(_folder.Path, "a.bin");
        Assert.Equal(new ImageSize(3, 32, 32), file.Size);
        Assert.Equal(["4", "9"], file.Images.Select(i => i.Label));
        Assert.Equal(first, file.Images[0].Pixels.ToArray());
        Assert.Equal(second, file.Images[1].Pixels.ToArray());

        _folder.Write("b.bin", [4, .. first, 9, .. second[1..]]);
        KdException error = Assert.Throws<KdException>(() => CifarReader.Read(_folder.Path, "b.bin"));
        Assert.Equal("KD1110", error.Code);
        Assert.Contains("6145 bytes are no whole number of records of 3073", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_beyond_the_classes_makes_a_bad_image_that_is_counted()
    {
        byte[] image = new byte[3072];
        byte[] Records(params byte[] labels) => [.. labels.SelectMany((l, i) => (byte[])[l, (byte)i, .. image[1..]])];
        _folder.Write("a.bin", Records(0, 1, 2, 0, 1));
        _folder.Write("v.bin", Records(0, 1));
        var spec = new DataSpec { Train = "a.bin", Validation = "v.bin", Labels = ["x", "y"], MaxBadRows = 0.2 };
        ImageData data = ImageDataLoader.Load(spec, _folder.Path);
        Assert.Equal([0, 1, 0, 1], data.Train.Rows.Select(r => r.Label));
        BadRow bad = Assert.Single(data.BadRows.Rows);
        Assert.Equal("a.bin:3: label 2, where data.labels names 2 classes, 0 to 1", bad.ToString());
        Assert.Equal("KD1104", Assert.Throws<KdException>(() => ImageDataLoader.Load(spec with { MaxBadRows = 0.1 }, _folder.Path)).Code);
        // Left out, the classes are those of the training images.
        Assert.Equal(["0", "1", "2"], ImageDataLoader.Load(spec with { Labels = null }, _folder.Path).Labels.Names);
    }

    [Fact]
    public void A_class_that_never_occurs_is_a_warning_and_one_that_is_held_out_alone_an_error()
    {
        _folder.Write("a.bin", [0, .. new byte[3072], 1, .. new byte[3071], 1]);
        _folder.Write("v.bin", [0, .. new byte[3072]]);
        _folder.Write("w.bin", [2, .. new byte[3072]]);
        var spec = new DataSpec { Train = "a.bin", Validation = "v.bin", Labels = ["x", "y", "z"] };
        Assert.Contains("a class without training rows, which nothing can learn: 'z'.", ImageDataLoader.Load(spec, _folder.Path).Profile(0).Warnings);
        Assert.Equal("KD1106", Assert.Throws<KdException>(() => ImageDataLoader.Load(spec with { Validation = "w.bin" }, _folder.Path)).Code);
    }

    [Fact]
    public void A_tenth_is_held_out_by_the_pixels_and_a_limit_takes_the_smallest_hashes()
    {
        _folder.Write("a.bin", [.. Enumerable.Range(0, 300).SelectMany(i => (byte[])[(byte)(i % 3), (byte)i, (byte)(i / 256), .. new byte[3070]])]);
        ImageData data = ImageDataLoader.Load(new DataSpec { Train = "a.bin" }, _folder.Path), again = ImageDataLoader.Load(new DataSpec { Train = "a.bin" }, _folder.Path);
        Assert.InRange(data.Validation.Count, 15, 50);
        Assert.Equal(300, data.Train.Count + data.Validation.Count);
        Assert.Equal(Pixels(data.Validation), Pixels(again.Validation));
        ImageData limited = ImageDataLoader.Load(new DataSpec { Train = "a.bin", Limit = 40 }, _folder.Path);
        Assert.Equal(40, limited.Train.Count);
        Assert.Equal(Pixels(data.Validation), Pixels(limited.Validation));
        Assert.Subset(Pixels(data.Train).ToHashSet(), Pixels(limited.Train).ToHashSet());

        static string[] Pixels(ImageSplit split) => [.. split.Rows.Select(r => Convert.ToHexString(r.Pixels.Span[..2]))];
    }

    [Fact]
    public void Splits_of_different_sizes_are_refused()
    {
        _folder.Write("a.bin", [0, .. new byte[3072], 1, .. new byte[3072]]);
        _folder.Write("t", ImageFiles.Idx([1, 8, 8], new byte[64]));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "v", "0"));
        _folder.Write("v/0/a.png", ImageFiles.Png(8, 8, 1, new byte[64]));
        KdException error = Assert.Throws<KdException>(() => ImageDataLoader.Load(new DataSpec { Train = "a.bin", Validation = "v" }, _folder.Path));
        Assert.Equal("KD1112", error.Code);
        Assert.Contains("8×8 pixels, grey, those of a.bin have 32×32 pixels, colour", error.Message, StringComparison.Ordinal);
    }

    private void Write(string name, byte[] bytes, bool gzip) => _folder.Write(name, gzip ? ImageFiles.Gzip(bytes) : bytes);
}
