using System.Globalization;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>The binary form of CIFAR-10: records of a label byte and 3,072 bytes, the planes red, green and blue of 32×32 pixels. Gzip is read through.</summary>
internal static class CifarReader
{
    private static readonly ImageSize Size = new(3, 32, 32);

    /// <exception cref="KdException"><c>KD1100</c> missing, <c>KD1101</c> empty, <c>KD1102</c> damaged gzip, <c>KD1110</c> not a whole number of records.</exception>
    public static ImageFile Read(string baseFolder, string name)
    {
        using var bytes = new BinaryFile(Path.Combine(baseFolder, name), name);
        byte[] data = bytes.Read(Array.MaxLength);
        int record = 1 + (int)Size.Bytes;
        if (data.Length == 0)
            throw new KdException("KD1101", "the file is empty.", name);
        if (data.Length % record != 0)
            throw new KdException("KD1110", FormattableString.Invariant($"{data.Length} bytes are no whole number of records of {record}: the file is cut, or of another format."), name, "Give a complete file in the binary form of CIFAR-10.");
        var file = new ImageFile(name, Size, positions: true);
        for (int i = 0; i < data.Length / record; i++)
            file.Images.Add(new RawImage(data.AsMemory((i * record) + 1, record - 1), data[i * record].ToString(CultureInfo.InvariantCulture), i + 1, name));
        return file;
    }
}
