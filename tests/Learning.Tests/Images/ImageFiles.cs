using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace KdCluster.Tests.Images;

/// <summary>Writes the image formats byte by byte, as their specifications have them.</summary>
internal static class ImageFiles
{
    /// <summary>An idx file of unsigned bytes.</summary>
    public static byte[] Idx(int[] sizes, byte[] data, byte type = 8)
    {
        using var stream = new MemoryStream();
        stream.Write([0, 0, type, (byte)sizes.Length]);
        foreach (int size in sizes)
            stream.Write(BigEndian(size));
        stream.Write(data);
        return stream.ToArray();
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return stream.ToArray();
    }

    /// <summary>A PNG file of 8 bits a channel; row y has the filter y mod 5, so that all five are used.</summary>
    /// <param name="channels">1 grey, 2 grey with alpha, 3 colour, 4 colour with alpha.</param>
    /// <param name="pixels">[height, width, channels].</param>
    public static byte[] Png(int height, int width, int channels, byte[] pixels)
    {
        using var rows = new MemoryStream();
        int stride = width * channels;
        for (int y = 0; y < height; y++)
        {
            int filter = y % 5;
            rows.WriteByte((byte)filter);
            for (int x = 0; x < stride; x++)
            {
                int at = (y * stride) + x;
                int left = x >= channels ? pixels[at - channels] : 0, up = y > 0 ? pixels[at - stride] : 0, corner = x >= channels && y > 0 ? pixels[at - stride - channels] : 0;
                int predicted = filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 };
                rows.WriteByte((byte)(pixels[at] - predicted));
            }
        }

        return Png(height, width, 8, channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 }, rows.ToArray());
    }

    /// <summary>A PNG file with these filtered rows.</summary>
    public static byte[] Png(int height, int width, int bits, int colourType, byte[] rows, byte[]? palette = null)
    {
        using var stream = new MemoryStream();
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(stream, "IHDR", [.. BigEndian(width), .. BigEndian(height), (byte)bits, (byte)colourType, 0, 0, 0]);
        if (palette is not null)
            Chunk(stream, "PLTE", palette);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
            zlib.Write(rows);
        Chunk(stream, "IDAT", packed.ToArray());
        Chunk(stream, "IEND", []);
        return stream.ToArray();
    }

    private static void Chunk(MemoryStream stream, string name, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
        stream.Write(BigEndian(data.Length));
        stream.Write(body);
        stream.Write(BigEndian((int)Crc(body)));
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int p = left + up - corner, a = Math.Abs(p - left), b = Math.Abs(p - up), c = Math.Abs(p - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
