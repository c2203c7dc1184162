using System.Text.RegularExpressions;
using KdCluster.Cluster;

namespace KdCluster.Tests;

/// <summary>A variable that no silo reads would be a mistake that nobody notices.</summary>
public partial class SettingNamesTests
{
    // Read by scripts of deploy/ or by compose itself.
    private static readonly string[] Others = ["KD_IMAGE", "KD_TARGET", "KD_APP", "KD_CERT_NAMES", "KD_CERT_DAYS", "KD_WRITE_GENERATED"];

    [Fact]
    public void Every_variable_of_the_deployment_files_is_a_setting()
    {
        string[] settings = [.. SiloSettings.All.SelectMany(s => new[] { s.Variable, s.Variable + "_FILE" }), .. Others];
        IEnumerable<string> files = Directory.EnumerateFiles(DeployFiles.Deploy, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/secrets/", StringComparison.Ordinal))
            .Append(Path.Combine(RepositoryFiles.Root, "docker-compose.yml"));
        foreach (string file in files)
        {
            Assert.All(Variable().Matches(File.ReadAllText(file)).Select(m => m.Value), v => Assert.True(settings.Contains(v), $"{Path.GetFileName(file)}: {v} is no setting"));
        }
    }

    [GeneratedRegex(@"\bKD_[A-Z][A-Z_]*\b")]
    private static partial Regex Variable();
}
