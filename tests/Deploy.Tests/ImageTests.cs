using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KdCluster.Tests;

/// <summary>The Dockerfile and what it copies, as far as they can be checked without an engine.</summary>
public partial class ImageTests
{
    private static readonly string[] Known = ["FROM", "ARG", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"];

    private static string[] Lines { get; } =
        [.. Joined().Replace(RepositoryFiles.Text("deploy/Dockerfile"), " ").Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#'))];

    [Fact]
    public void Every_line_is_an_instruction_and_every_stage_comes_from_one_before()
    {
        List<string> stages = [];
        foreach (string line in Lines)
        {
            Assert.Contains(line.Split(' ')[0], Known);
            if (Stage().Match(line) is { Success: true } stage)
            {
                Assert.True(stages.Contains(stage.Groups["from"].Value) || stage.Groups["from"].Value.StartsWith("mcr.microsoft.com/", StringComparison.Ordinal), line);
                stages.Add(stage.Groups["name"].Value);
            }

            if (From().Match(line) is { Success: true } from)
            {
                Assert.Contains(from.Groups[1].Value, stages);
            }
        }

        Assert.Contains("cuda", stages);
        Assert.Equal("cpu", stages[^1]);   // what is built when no target is named
        string target = DeployFiles.Compose["services"]!["gateway"]!["build"]!["target"]!.GetValue<string>();
        Assert.Contains(target.Split(":-")[1].TrimEnd('}'), stages);
    }

    [Fact]
    public void It_runs_as_nobody_special_answers_for_its_health_and_gets_the_signals()
    {
        Assert.Contains("USER $APP_UID", Lines);
        Assert.Contains("STOPSIGNAL SIGTERM", Lines);
        Assert.Contains(Lines, l => l.StartsWith("HEALTHCHECK ", StringComparison.Ordinal) && l.EndsWith("""CMD ["kd-probe", "readyz"]""", StringComparison.Ordinal));
        Assert.Contains("""ENTRYPOINT ["kd"]""", Lines);
        Assert.Contains("exec dotnet", RepositoryFiles.Text("deploy/image/kd"), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_build_needs_gets_into_its_context()
    {
        string[] rules = [.. RepositoryFiles.Text(".dockerignore").Split('\n').Where(l => l.StartsWith('!')).Select(l => l[1..])];
        Assert.All(rules, r => Assert.True(Path.Exists(Path.Combine(RepositoryFiles.Root, r)), $"{r} is not there"));
        foreach (string file in Lines.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from", StringComparison.Ordinal))
            .SelectMany(l => l.Split(' ')[1..^1]).Where(w => !w.StartsWith("--", StringComparison.Ordinal) && w != "."))
        {
            Assert.True(File.Exists(Path.Combine(RepositoryFiles.Root, file)), file);
            Assert.Contains(rules, r => file.StartsWith(r, StringComparison.Ordinal));
        }

        // What projects under src/ take from elsewhere in the tree.
        foreach (string project in Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            foreach (string reference in Outside().Matches(File.ReadAllText(project)).Select(m => m.Groups[1].Value))
            {
                Assert.Contains(rules, r => reference.StartsWith(r, StringComparison.Ordinal) || r.StartsWith(reference.Split('*')[0].TrimEnd('/'), StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void The_tags_are_the_products_version()
    {
        string version = Version().Match(RepositoryFiles.Text("Directory.Build.props")).Groups[1].Value;
        JsonObject values = Yaml.YamlReader.Document(RepositoryFiles.Text("deploy/helm/kdcluster/values.yaml")).AsObject();
        Assert.Equal($"{version}-cpu", values["image"]!["cpuTag"]!.GetValue<string>());
        Assert.Equal($"{version}-cuda", values["image"]!["cudaTag"]!.GetValue<string>());
        JsonObject chart = Yaml.YamlReader.Document(RepositoryFiles.Text("deploy/helm/kdcluster/Chart.yaml")).AsObject();
        Assert.Equal(version, chart["appVersion"]!.GetValue<string>());
        Assert.Contains($":{version}-cpu", DeployFiles.Compose["services"]!["gateway"]!["image"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [GeneratedRegex("""\\\n\s*""")]
    private static partial Regex Joined();

    [GeneratedRegex(@"^FROM (?<from>\S+) AS (?<name>\S+)$")]
    private static partial Regex Stage();

    [GeneratedRegex(@"^COPY --from=(\S+) ")]
    private static partial Regex From();

    [GeneratedRegex("Include=\"\\.\\./\\.\\./((?!KdCluster)[^\"]+)\"")]
    private static partial Regex Outside();

    [GeneratedRegex("<Version>([^<]+)</Version>")]
    private static partial Regex Version();
}
