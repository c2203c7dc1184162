using System.Text.RegularExpressions;

namespace KdCluster.Tests.Errors;

public partial class ErrorCatalogTests
{
    private static readonly Lazy<Dictionary<string, string>> Used = new(FindUsed);

    [Fact]
    public void Every_code_in_the_sources_is_in_the_catalogue()
    {
        string[] missing = [.. Used.Value.Keys.Where(code => ErrorCatalog.Title(code) is null).Order(StringComparer.Ordinal)];
        string lines = string.Join("\n", missing.Select(code => $"        new(\"{code}\", \"…\"),   // used in {Used.Value[code]}"));
        Assert.True(
            missing.Length == 0,
            $"Add to ErrorCatalog.All (src/KdCluster.Abstractions/Errors/ErrorCatalog.cs), with a title:\n{lines}\nthen KD_WRITE_GENERATED=1 dotnet test --project tests/Abstractions.Tests");
    }

    [Fact]
    public void Every_code_in_the_catalogue_is_used()
    {
        string[] unused = [.. ErrorCatalog.All.Select(e => e.Code).Where(code => !Used.Value.ContainsKey(code))];
        Assert.True(unused.Length == 0, $"Nothing gives {string.Join(", ", unused)}: remove them from ErrorCatalog.All, then KD_WRITE_GENERATED=1 dotnet test --project tests/Abstractions.Tests");
    }

    [Fact]
    public void No_code_is_lost() => ApprovedList.LosesNothing("tests/Abstractions.Tests/Approved/errors.txt", ErrorCatalog.All.Select(e => e.Code));

    [Fact]
    public void Codes_are_in_order_and_in_a_known_range()
    {
        string[] codes = [.. ErrorCatalog.All.Select(e => e.Code)];
        Assert.Equal(codes.Distinct().Order(StringComparer.Ordinal), codes);
        Assert.All(codes, code => Assert.Contains(ErrorCatalog.Ranges, r => code.StartsWith(r.Prefix, StringComparison.Ordinal)));
    }

    private static Dictionary<string, string> FindUsed()
    {
        string catalogue = Path.Combine("Errors", "ErrorCatalog.cs");
        IEnumerable<string> files = new[] { "src", "bench", "tests/Chaos" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, f), "*.cs", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "eng"), "*", SearchOption.AllDirectories))
            .Append(Path.Combine(RepositoryFiles.Root, "kd"))
            .Where(f => File.Exists(f) && !f.EndsWith(catalogue, StringComparison.Ordinal));
        Dictionary<string, string> used = [];
        foreach (string file in files)
        {
            foreach (Match code in Code().Matches(File.ReadAllText(file)))
                used.TryAdd(code.Value, Path.GetRelativePath(RepositoryFiles.Root, file));
        }

        return used;
    }

    [GeneratedRegex("KD[0-9]{4}")]
    private static partial Regex Code();
}
