namespace KdCluster.Tests;

/// <summary>The working tree that the tests were built from.</summary>
internal static class RepositoryFiles
{
    internal static string Root { get; } = FindRoot();

    internal static string Text(string relative) => File.ReadAllText(Path.Combine(Root, relative)).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KdCluster.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("KdCluster.sln is in no parent folder of the tests");
    }
}
