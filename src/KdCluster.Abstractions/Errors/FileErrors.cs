namespace KdCluster;

/// <summary>What a failure of the file system is in coded words.</summary>
public static class FileErrors
{
    // errno on Linux and macOS; the last two are Windows' ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static readonly HashSet<int> s_full = [27 /* EFBIG */, 28 /* ENOSPC */, 122 /* EDQUOT, Linux */, 69 /* EDQUOT, macOS */, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>Whether a failure, or what it was caused by, is of a file system that has no room left.</summary>
    public static bool IsFull(Exception? failure) => failure is IOException io && s_full.Contains(io.HResult) || (failure is not null && IsFull(failure.InnerException));

    /// <summary>A failure of the file system as an error; null: it is of another kind.</summary>
    /// <param name="failure">What was thrown, or a failure that it caused.</param>
    /// <param name="where">The file or folder that was written; the failure's own words name one mostly.</param>
    /// <returns><c>KD1620</c>: there is no room; <c>KD1798</c>: the file cannot be used.</returns>
    public static KdError? Of(Exception? failure, string? where = null) => failure switch
    {
        null => null,
        IOException or UnauthorizedAccessException when IsFull(failure) => new KdError(
            "KD1620", $"there is no room left on the disk: {failure.Message}", where,
            "Free some space there, or move the home (--home, KD_HOME) to a larger disk. Finished work is kept: then resume the run (kd run resume ID)."),
        IOException or UnauthorizedAccessException => new KdError("KD1798", failure.Message.TrimEnd('.') + ".", where, "Check the path and its permissions."),
        _ => Of(failure.InnerException, where),
    };
}
