namespace KdCluster.SoftTargets.Local;

internal static class LocalErrors
{
    public static bool IsDisk(Exception e) => Disk(e) is not null;

    public static KdError Unwritable(string folder, Exception cause) => new(
        "KD1403", $"soft targets cannot be written: {Disk(cause)?.Message ?? cause.Message}", folder,
        "Runs continue with the teachers and the kept rows. Free space or correct the folder's permissions; writing then resumes automatically.");

    public static KdException Unusable(string folder, Exception cause) => new(
        "KD1402", $"the soft-target store cannot be used: {Disk(cause)?.Message ?? cause.Message}", folder,
        "Give the process read and write access to the folder, or choose another store.", cause);

    // Of files that are written whole it comes with a code.
    private static Exception? Disk(Exception e) => (e is KdException ? e.InnerException : e) is { } cause and (IOException or UnauthorizedAccessException) ? cause : null;
}
