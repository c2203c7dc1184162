using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Recipes;
using KdCluster.Tests.Data;

namespace KdCluster.Tests.Images;

public sealed class PngTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pixels_are_read_through_all_filters(int channels)
    {
        var random = new Random(channels);
        byte[] pixels = new byte[11 * 13 * channels];
        random.NextBytes(pixels);
        var (found, size) = PngImage.Read(ImageFiles.Png(11, 13, channels, pixels));
        Assert.Equal(new ImageSize(channels, 11, 13), size);
        // Planes, where the file has channels side by side.
        byte[] planes = [.. Enumerable.Range(0, channels).SelectMany(c => Enumerable.Range(0, 11 * 13).Select(i => pixels[(i * channels) + c]))];
        Assert.Equal(planes, found);
    }

    [Fact]
    public void A_palette_is_colour()
    {
        byte[] rows = [.. Enumerable.Range(0, 8).SelectMany(y => (byte[])[0, .. Enumerable.Range(0, 8).Select(x => (byte)((x + y) % 2))])];
        var (found, size) = PngImage.Read(ImageFiles.Png(8, 8, 8, 3, rows, [10, 20, 30, 40, 50, 60]));
        Assert.Equal(3, size.Channels);
        Assert.Equal([10, 40, 20, 50, 30, 60], [found[0], found[1], found[64], found[65], found[128], found[129]]);
    }

    [Theory]
    [InlineData("text", "not a PNG file")]
    [InlineData("cut", "damaged")]
    [InlineData("flipped", "damaged")]
    [InlineData("alpha", "alpha channel")]
    [InlineData("sixteen", "16 bits a channel")]
    [InlineData("huge", "claims 2147483647×8 pixels")]
    public void What_cannot_be_read_without_loss_is_refused(string what, string words)
    {
        byte[] whole = ImageFiles.Png(8, 8, 1, [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 31))]);
        byte[] bytes = what switch
        {
            "text" => [.. "a text that is long enough to have a header"u8],
            "cut" => whole[..^20],
            "flipped" => [.. whole[..50], (byte)(whole[50] ^ 0x40), .. whole[51..]],
            "alpha" => ImageFiles.Png(8, 8, 4, new byte[256]),
            "sixteen" => ImageFiles.Png(8, 8, 16, 0, new byte[8 * 17]),
            _ => [.. whole[..20], 0x7F, 0xFF, 0xFF, 0xFF, .. whole[24..]],
        };
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => PngImage.Read(bytes));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_for_each_class_is_read_and_odd_ones_are_counted()
    {
        for (int i = 0; i < 12; i++)
            Write($"train/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", ImageFiles.Png(8, 8, 1, [.. Enumerable.Repeat((byte)i, 64)]));
        Write("train/cat/small.png", ImageFiles.Png(8, 7, 1, new byte[56]));
        Write("train/dog/colour.PNG", ImageFiles.Png(8, 8, 3, new byte[192]));
        Write("train/dog/cut.png", ImageFiles.Png(8, 8, 1, new byte[64])[..40]);
        Write("train/dog/notes.txt", [65]);
        var spec = new DataSpec { Train = "train", MaxBadRows = 0.3 };
        ImageData data = ImageDataLoader.Load(spec, _folder.Path);
        Assert.Equal(["cat", "dog"], data.Labels.Names);
        Assert.Equal(12, data.Train.Count + data.Validation.Count);
        Assert.Equal(["train/cat/small.png", "train/dog/colour.PNG", "train/dog/cut.png"], data.BadRows.Rows.Select(r => r.File));
        Assert.Contains("it has 8×7 pixels, grey, where most have 8×8 pixels, grey", data.BadRows.Rows[0].Reason, StringComparison.Ordinal);
        Assert.Contains("train: 1 file(s) are left out: they are no PNG files, or not in the folder of a class.", data.Warnings);
        Assert.All(data.Train.Rows, r => Assert.Equal(r.Label, r.Pixels.Span[0] % 2));
        Assert.Equal("KD1104", Assert.Throws<KdException>(() => ImageDataLoader.Load(spec with { MaxBadRows = 0.1 }, _folder.Path)).Code);
    }

    [Theory]
    [InlineData("absent", "KD1100")]
    [InlineData("empty", "KD1101")]
    [InlineData("bad", "KD1110")]
    public void A_folder_without_images_is_an_error(string name, string code)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty", "cat"));
        Write("bad/cat/a.png", [1, 2, 3]);
        Assert.Equal(code, Assert.Throws<KdException>(() => PngFolderReader.Read(_folder.Path, name)).Code);
    }

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder.Path, name))!);
        _folder.Write(name, bytes);
    }
}
