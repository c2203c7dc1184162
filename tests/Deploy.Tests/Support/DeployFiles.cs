using System.Diagnostics;
using System.Text.Json.Nodes;
using KdCluster.Tests.Yaml;

namespace KdCluster.Tests;

/// <summary>The files that a cluster is deployed with.</summary>
internal static class DeployFiles
{
    public static string Deploy { get; } = Path.Combine(RepositoryFiles.Root, "deploy");

    public static string Chart { get; } = Path.Combine(Deploy, "helm", "kdcluster");

    public static JsonObject Compose => YamlReader.Document(RepositoryFiles.Text("docker-compose.yml")).AsObject();

    /// <summary>Every YAML file; templates are none yet.</summary>
    public static IEnumerable<string> Yaml() => Directory.EnumerateFiles(Deploy, "*.y*ml", SearchOption.AllDirectories)
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}templates{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Append(Path.Combine(RepositoryFiles.Root, "docker-compose.yml"));

    public static JsonObject Schema(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests", "Deploy.Tests", "Schemas", name)))!.AsObject();

    public static bool PythonHasYaml
    {
        get
        {
            try
            {
                using Process python = Process.Start(new ProcessStartInfo("python3", ["-c", "import yaml"]) { RedirectStandardError = true })!;
                python.WaitForExit();
                return python.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
