namespace KdCluster.Tests.Data;

/// <summary>Where the published data sets are: <c>KD_DATA</c>, by default <c>shared/data</c> beside the repository.</summary>
internal static class PublishedData
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("KD_DATA") ?? Path.GetFullPath(Path.Combine(Root(), "..", "shared", "data"));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "KdCluster.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? AppContext.BaseDirectory;
    }
}
