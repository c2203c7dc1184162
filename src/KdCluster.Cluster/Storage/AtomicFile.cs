namespace KdCluster.Cluster.Storage;

/// <summary>Writes a file so that a reader, or a crash, sees the old content or the new one and nothing between.</summary>
internal static class AtomicFile
{
    /// <exception cref="KdException"><c>KD1620</c>: there is no room; <c>KD1798</c>: the file cannot be written. What was there before still is.</exception>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content)
    {
        string temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            await using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (FileErrors.Of(e, path) is { } error)
        {
            File.Delete(temporary);   // half a file would take the room that is missing
            throw new KdException([error], e);
        }
    }
}
