using System.Buffers.Binary;
using BigGustave;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>One PNG file as pixels. Grey and colour of 8 bits a channel and palettes are read; what would lose something on the way, such as transparency, is refused.</summary>
internal static class PngImage
{
    private const int HeaderEnd = 29, MostPixels = 1 << 24;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads it.</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>Bytes [channels, height, width] and their sizes.</returns>
    /// <exception cref="InvalidDataException">It cannot be read, or not without loss; the message says why.</exception>
    public static (byte[] Pixels, ImageSize Size) Read(byte[] bytes)
    {
        ImageSize size = SizeOf(bytes);
        Png png;
        try
        {
            png = Png.Open(bytes);
        }
        // The decoder has no exception of its own: damage shows as whatever it runs into.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"it is damaged ({e.Message.TrimEnd('.')})", e);
        }

        if (png.HasAlphaChannel)
            throw new InvalidDataException("it has transparent pixels");
        var pixels = new byte[size.Bytes];
        int plane = size.Height * size.Width;
        for (int y = 0, at = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++, at++)
            {
                Pixel pixel = png.GetPixel(x, y);
                pixels[at] = pixel.R;
                if (size.Channels == 3)
                    (pixels[plane + at], pixels[(2 * plane) + at]) = (pixel.G, pixel.B);
            }
        }

        return (pixels, size);
    }

    // Held against its bounds before the decoder takes memory by it.
    private static ImageSize SizeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderEnd || !bytes.StartsWith(Signature) || !bytes[12..16].SequenceEqual("IHDR"u8))
            throw new InvalidDataException("it is not a PNG file");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), height = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        (int bits, int type) = (bytes[24], bytes[25]);
        if (width == 0 || height == 0 || (ulong)width * height > MostPixels)
            throw new InvalidDataException($"its header claims {height}×{width} pixels");
        int channels = type switch
        {
            0 when bits == 8 => 1,
            2 when bits == 8 => 3,
            3 => 3,
            0 or 2 => throw new InvalidDataException($"it has {bits} bits a channel, not 8"),
            4 or 6 => throw new InvalidDataException("it has an alpha channel"),
            _ => throw new InvalidDataException($"there is no colour type {type}"),
        };
        return new ImageSize(channels, (int)height, (int)width);
    }
}
