namespace KdCluster.SoftTargets.Local;

/// <summary>The right to append to one segment: an exclusively opened file beside it, which the system releases when its process dies.</summary>
internal static class SegmentLock
{
    public static string PathOf(string segment) => Path.ChangeExtension(segment, ".lock");

    /// <summary>Null when another writer has it.</summary>
    public static FileStream? TryTake(string segment)
    {
        try
        {
            return new FileStream(PathOf(segment), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(segment))
        {
            return null;
        }
    }
}
