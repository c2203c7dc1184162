namespace KdCluster.Tests;

/// <summary>Files that are made from code. <c>KD_WRITE_GENERATED=1 dotnet test --project tests/Abstractions.Tests</c> writes them anew.</summary>
internal static class GeneratedFiles
{
    internal static void Same(string relative, string generated)
    {
        string path = Path.Combine(RepositoryFiles.Root, relative);
        if (Environment.GetEnvironmentVariable("KD_WRITE_GENERATED") == "1")
            File.WriteAllText(path, generated);
        Assert.True(
            File.Exists(path) && RepositoryFiles.Text(relative) == generated,
            $"{relative} is not what the code makes. Write it anew: KD_WRITE_GENERATED=1 dotnet test --project tests/Abstractions.Tests");
    }

    /// <summary>The same for the part of a page between two marker lines.</summary>
    internal static void SamePart(string relative, string first, string last, string generated)
    {
        string page = RepositoryFiles.Text(relative);
        int start = page.IndexOf('\n', page.IndexOf(first, StringComparison.Ordinal)) + 1;
        int end = page.IndexOf(last, start, StringComparison.Ordinal);
        Same(relative, $"{page[..start]}\n{generated}{page[end..]}");
    }
}
