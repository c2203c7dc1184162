using System.Buffers;
using System.IO.Compression;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What is looked at of a TorchScript file before libtorch reads it: libtorch trusts a file, and does not compare checksums.</summary>
internal static class TorchScriptFile
{
    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Aggregate((uint)i, (crc, _) => (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1))];

    /// <summary>Why a file is none; null: it is one, and whole.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? Fault(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using ZipArchive archive = new(stream, ZipArchiveMode.Read);
            // All parts are in one folder, which is called as the file was when it was written.
            string[] parts = [.. archive.Entries.Select(e => e.FullName.Split('/', 2)).Where(p => p.Length == 2).Select(p => p[1])];
            if (!parts.Contains("data.pkl") || !parts.Contains("constants.pkl") || !parts.Any(p => p.StartsWith("code/", StringComparison.Ordinal)))
            {
                return parts.Contains("data.pkl") ? "it holds weights of Python's torch.save, and no program"
                    : parts.Any(p => p.StartsWith("models/", StringComparison.Ordinal) || p == "archive_format") ? "it is of torch.export, not of torch.jit"
                    : "it is no TorchScript file";
            }

            return archive.Entries.FirstOrDefault(e => !IsWhole(e)) is { } damaged ? $"its part {damaged.FullName} is damaged" : null;
        }
        catch (InvalidDataException e)
        {
            return $"it is damaged, or no TorchScript file: {e.Message.TrimEnd('.')}";
        }
    }

    private static bool IsWhole(ZipArchiveEntry entry)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            using Stream stream = entry.Open();
            uint crc = uint.MaxValue;
            long length = 0;
            while (stream.Read(buffer) is > 0 and int read)
            {
                length += read;
                foreach (byte b in buffer.AsSpan(0, read))
                {
                    crc = s_table[(byte)(crc ^ b)] ^ (crc >> 8);
                }
            }

            return length == entry.Length && ~crc == entry.Crc32;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
