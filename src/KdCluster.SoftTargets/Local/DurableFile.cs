namespace KdCluster.SoftTargets.Local;

/// <summary>Writes a small file so that others see all of it or none.</summary>
internal static class DurableFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string aside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream file = new(aside, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }
}
