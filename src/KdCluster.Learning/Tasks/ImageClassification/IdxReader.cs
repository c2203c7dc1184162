using System.Buffers.Binary;
using System.Globalization;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>The idx format of MNIST and its relatives: images as unsigned bytes [images, height, width] in one file, their labels [images] in another. Gzip is read through.</summary>
/// <remarks>Format: two zero bytes, the element type (8: unsigned bytes), the number of dimensions, each dimension as four bytes, highest first, then the elements, the last dimension fastest.</remarks>
internal static class IdxReader
{
    private const int UnsignedBytes = 8;

    /// <exception cref="KdException"><c>KD1100</c> missing, <c>KD1101</c> empty, <c>KD1102</c> damaged gzip, <c>KD1110</c> not of this format or cut, <c>KD1111</c> images and labels of unequal number.</exception>
    public static ImageFile Read(string baseFolder, string name, string labelsName)
    {
        var errors = new List<KdError>();
        (int[] Sizes, byte[] Data)? images = Try(name, 3), labels = Try(labelsName, 1);
        if (images is null || labels is null)
            throw new KdException(errors);
        (int[] sizes, byte[] pixels) = images.Value;
        if (sizes[0] != labels.Value.Sizes[0])
            throw new KdException("KD1111", $"{sizes[0]} images, but {labels.Value.Sizes[0]} labels in {labelsName}.", name, "Give the labels that belong to these images.");
        var size = new ImageSize(1, sizes[1], sizes[2]);
        var file = new ImageFile(name, size, positions: true);
        for (int i = 0; i < sizes[0]; i++)
            file.Images.Add(new RawImage(pixels.AsMemory(i * (int)size.Bytes, (int)size.Bytes), labels.Value.Data[i].ToString(CultureInfo.InvariantCulture), i + 1, name));
        return file;

        (int[], byte[])? Try(string which, int rank)
        {
            try
            {
                using var bytes = new BinaryFile(Path.Combine(baseFolder, which), which);
                return Read(bytes, rank);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
                return null;
            }
        }
    }

    private static (int[] Sizes, byte[] Data) Read(BinaryFile file, int rank)
    {
        byte[] head = file.Read(4);
        if (head.Length == 0)
            throw new KdException("KD1101", "the file is empty.", file.Name);
        if (head.Length < 4 || head[0] != 0 || head[1] != 0)
            throw Refuse(file, "it does not begin as an idx file does");
        if (head[2] != UnsignedBytes)
            throw Refuse(file, $"its elements are of type 0x{head[2]:X2}, not unsigned bytes (0x08)");
        if (head[3] != rank)
            throw Refuse(file, $"it has {head[3]} dimension(s), where {(rank == 3 ? "images [number, height, width] have 3" : "labels [number] have 1")}");
        byte[] numbers = file.Read(4L * rank);
        if (numbers.Length < 4 * rank)
            throw Refuse(file, "it is cut inside its header");
        uint[] claimed = [.. Enumerable.Range(0, rank).Select(i => BinaryPrimitives.ReadUInt32BigEndian(numbers.AsSpan(4 * i)))];
        if (claimed[0] == 0)
            throw new KdException("KD1101", "the file has no rows.", file.Name);
        double size = claimed.Aggregate(1.0, (product, n) => product * n);
        if (claimed.Any(n => n is 0 or > int.MaxValue) || size > Array.MaxLength)
            throw Refuse(file, $"its header claims [{string.Join(", ", claimed)}]");
        byte[] data = file.Read((long)size);
        if (data.Length < size)
            throw Refuse(file, FormattableString.Invariant($"it is cut: its header promises {size} bytes, and {data.Length} are there"));
        if (file.Read(1).Length > 0)
            throw Refuse(file, FormattableString.Invariant($"more bytes follow than the {size} that its header promises"));
        return ([.. claimed.Select(n => (int)n)], data);
    }

    private static KdException Refuse(BinaryFile file, string why) => new("KD1110", $"{why}.", file.Name, "Give an idx file of unsigned bytes, complete.");
}
