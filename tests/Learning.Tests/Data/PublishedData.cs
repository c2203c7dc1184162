namespace KdCluster.Tests.Data;

/// <summary>Where the published data sets are: <c>KD_DATA</c>, by default <c>shared/data</c> beside the repository.</summary>
internal static class PublishedData
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("KD_DATA") ?? Path.GetFullPath(Path.Combine(Root(), "..", "shared", "data"));

    /// <summary>Skips the test, with that reason, where a data set is absent.</summary>
    public static void Need(string set) => Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, set)), $"{set} is not under {Folder}; set KD_DATA.");

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "KdCluster.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? AppContext.BaseDirectory;
    }
}
