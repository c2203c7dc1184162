namespace KdCluster.Tests;

/// <summary>
/// A list of what users have, in a file that people read and approve: lines may be added, none may be lost. <c>KD_WRITE_GENERATED=1</c> adds new lines;
/// a line that is to go is deleted by hand, and told in the changelog.
/// </summary>
internal static class ApprovedList
{
    /// <summary>The lines of an approved file.</summary>
    /// <param name="relative">Its path from the root of the working tree.</param>
    public static string[] Read(string relative)
    {
        string path = Path.Combine(RepositoryFiles.Root, relative);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    /// <summary>Holds the lines that there are now against those approved.</summary>
    /// <param name="relative">The file's path from the root of the working tree.</param>
    /// <param name="lines">What there is now, in any order.</param>
    /// <param name="own">Which lines need approval when they are new; null: all.</param>
    public static void LosesNothing(string relative, IEnumerable<string> lines, Func<string, bool>? own = null)
    {
        string[] now = [.. lines.Distinct().Order(StringComparer.Ordinal)];
        string[] approved = Read(relative);
        string[] lost = [.. approved.Except(now)];
        Assert.True(lost.Length == 0, $"{relative}: lost or changed, which breaks those who use it:\n{string.Join('\n', lost)}");
        if (Environment.GetEnvironmentVariable("KD_WRITE_GENERATED") == "1")
        {
            File.WriteAllLines(Path.Combine(RepositoryFiles.Root, relative), now);
            return;
        }

        string[] added = [.. now.Except(approved).Where(own ?? (_ => true))];
        Assert.True(added.Length == 0, $"{relative}: new; run this test with KD_WRITE_GENERATED=1 to approve:\n{string.Join('\n', added)}");
    }
}
