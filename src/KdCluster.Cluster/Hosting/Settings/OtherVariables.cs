namespace KdCluster.Cluster;

/// <summary>Environment variables that begin as those of settings do, and are none.</summary>
internal static class OtherVariables
{
    /// <summary>Those for users, with what they say.</summary>
    public static IReadOnlyList<(string Name, string Summary)> All { get; } =
    [
        ("KD_CONFIG", "The file of settings, as `--config`"),
        ("KD_SILO", "The silo that commands ask, as `--silo`"),
        ("KD_DATA", "Folder of data sets; a silo with tokens lets clients name what is in it"),
        ("KD_LIBTORCH", "Folder of a libtorch to use instead of the one that is built in ([install.md](install.md))"),
        ("KD_PROGRAM", "How lines begin that a user is told to type; the launcher sets it"),
    ];

    // Of tests, of files in deploy/ and of the image's launcher: nobody's mistake.
    private static readonly string[] s_tools = ["KD_APP", "KD_IMAGE", "KD_TARGET", "KD_CERT_NAMES", "KD_CERT_DAYS", "KD_WRITE_GENERATED", "KD_LONG", "KD_FUZZ_SEED", "KD_FUZZ_REPORT"];

    /// <summary>Whether a variable is one of them.</summary>
    public static bool Has(string name) => All.Any(v => v.Name == name) || s_tools.Contains(name);
}
