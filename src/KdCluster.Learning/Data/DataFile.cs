namespace KdCluster.Learning.Data;

/// <summary>Opens what a user names as data.</summary>
internal static class DataFile
{
    /// <exception cref="KdException"><c>KD1100</c>: there is no such file, or it cannot be opened.</exception>
    public static FileStream Open(string path, string? remedy = null)
    {
        if (!File.Exists(path))
            throw new KdException("KD1100", "the file is missing.", path, remedy);
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KdException("KD1100", $"the file cannot be opened: {e.Message}", path, inner: e);
        }
    }
}
