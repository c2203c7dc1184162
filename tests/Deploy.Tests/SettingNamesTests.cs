using System.Text.RegularExpressions;
using KdCluster.Cluster;

namespace KdCluster.Tests;

/// <summary>A variable that no silo reads would be a mistake that nobody notices.</summary>
public partial class SettingNamesTests
{
    [Fact]
    public void Every_variable_of_the_deployment_files_is_a_setting()
    {
        string[] settings = [.. SiloSettings.All.SelectMany(s => new[] { s.Variable, s.Variable + "_FILE" })];
        // Read by scripts of deploy/ or by compose itself.
        string[] others = ["KD_IMAGE", "KD_TARGET", "KD_APP", "KD_CERT_NAMES", "KD_CERT_DAYS", "KD_WRITE_GENERATED"];
        AssertKnown(Files("deploy").Append(Path.Combine(RepositoryFiles.Root, "docker-compose.yml")), v => settings.Contains(v) || others.Contains(v));
    }

    /// <summary>A silo refuses a variable that it does not know: what we name ourselves it must know.</summary>
    [Fact]
    public void Every_variable_that_scripts_pages_and_tests_name_is_known_to_a_silo()
    {
        string[] settings = [.. SiloSettings.All.SelectMany(s => new[] { s.Variable, s.Variable + "_FILE" })];
        AssertKnown(
            new[] { "eng", "docs", "deploy", "src" }.SelectMany(Files).Append(Path.Combine(RepositoryFiles.Root, "kd")).Where(f => Path.GetExtension(f) is ".cs" or ".sh" or ".md" or ".yaml" or ".yml" or ""),
            v => settings.Contains(v) || OtherVariables.Has(v) || v is "KD_NAME");
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, folder), "*", SearchOption.AllDirectories).Where(f => !f.Contains("/secrets/", StringComparison.Ordinal));

    private static void AssertKnown(IEnumerable<string> files, Func<string, bool> known)
    {
        foreach (string file in files)
        {
            Assert.All(Variable().Matches(File.ReadAllText(file)).Select(m => m.Value), v => Assert.True(known(v), $"{Path.GetFileName(file)}: {v} is no setting"));
        }
    }

    [GeneratedRegex(@"\bKD_[A-Z][A-Z_]*\b")]
    private static partial Regex Variable();
}
