using System.IO.Compression;
using System.IO.Hashing;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What is looked at of a TorchScript file before libtorch reads it: libtorch trusts a file, and does not compare checksums.</summary>
internal static class TorchScriptFile
{
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
        var crc = new Crc32();
        using Stream stream = entry.Open();
        crc.Append(stream);
        return crc.GetCurrentHashAsUInt32() == entry.Crc32;
    }
}
