using System.Runtime.InteropServices;

namespace KdCluster.SoftTargets.Local;

/// <summary>
/// The tags of a full segment, kept beside it so that opening a store reads 4 bytes a row and not the row. It is only a shortcut:
/// missing, damaged or stale, the segment is scanned and the file written again.
/// </summary>
internal static class SegmentIndexFile
{
    private const uint Magic = 0x3149444B;   // "KDI1"

    public static string PathOf(Segment segment) => System.IO.Path.ChangeExtension(segment.Path, ".idx");

    /// <summary>Magic, count, tags, check; written aside and renamed.</summary>
    public static void Write(Segment segment, uint[] tags)
    {
        uint[] words = new uint[tags.Length + 3];
        words[0] = Magic;
        words[1] = (uint)tags.Length;
        tags.CopyTo(words, 2);
        words[^1] = Check.Of(0, MemoryMarshal.AsBytes(words.AsSpan(0, words.Length - 1)));
        AtomicFile.Write(PathOf(segment), stream => stream.Write(MemoryMarshal.AsBytes(words.AsSpan())));
    }

    /// <summary>The tags, or null when the file does not hold those of this full segment.</summary>
    public static uint[]? Read(Segment segment)
    {
        string path = PathOf(segment);
        if (!File.Exists(path))
            return null;
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length != 4 * (segment.Capacity + 3))
            return null;
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        bool good = words[0] == Magic && words[1] == segment.Capacity && words[^1] == Check.Of(0, bytes.AsSpan(0, bytes.Length - 4));
        return good ? words[2..^1].ToArray() : null;
    }
}
