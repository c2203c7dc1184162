namespace KdCluster.SoftTargets.Local;

internal static class LocalErrors
{
    public static bool IsDisk(Exception e) => Disk(e) is not null;

    public static KdError Unwritable(string folder, Exception cause) => new(
        "KD1403", $"soft targets cannot be written: {Disk(cause)?.Message ?? cause.Message}", folder,
        "Runs go on from the teachers and from what is kept; free space or mend the folder's permissions, and writing resumes by itself.");

    public static KdException Unusable(string folder, Exception cause) => new(
        "KD1402", $"the soft-target store cannot be used: {Disk(cause)?.Message ?? cause.Message}", folder,
        "Give the process a folder that it may read and write, or choose another store.", cause);

    // Of files that are written whole it comes with a code.
    private static Exception? Disk(Exception e) => (e is KdException ? e.InnerException : e) is { } cause and (IOException or UnauthorizedAccessException) ? cause : null;
}
