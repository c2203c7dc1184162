using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KdCluster.Tests.Yaml;

namespace KdCluster.Tests;

/// <summary>The dashboard and the alerts speak of metrics that there are, and of labels that these have.</summary>
public partial class MonitoringTests
{
    private static readonly string[] ScrapeLabels = ["instance", "job", "pod", "pool", "namespace", "le"];

    public static TheoryData<string, string> Expressions
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (JsonNode rule in Alerts())
            {
                all.Add(rule["alert"]!.GetValue<string>(), rule["expr"]!.GetValue<string>());
            }

            foreach (JsonNode panel in Panels())
            {
                foreach (JsonNode? target in panel["targets"]!.AsArray())
                {
                    all.Add(panel["title"]!.GetValue<string>(), target!["expr"]!.GetValue<string>());
                }
            }

            return all;
        }
    }

    [Fact]
    public void No_alert_panel_or_metric_of_one_is_lost() => ApprovedList.LosesNothing(
        "tests/Deploy.Tests/Approved/monitoring.txt",
        Expressions.Select(e => e.Data).SelectMany(e => Name().Matches(Quoted().Replace(e.Item2, "\"\"")).Select(m => $"{e.Item1}: {m.Value}")));

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Every_metric_and_label_of_an_expression_exists(string where, string expression)
    {
        string bare = Selector().Replace(Quoted().Replace(expression, "\"\""), m => m.Value);
        string[] names = [.. Name().Matches(bare).Select(m => m.Value).Where(n => n != "up").Distinct()];
        Assert.True(names.Length > 0 || bare.Contains("up{", StringComparison.Ordinal), $"{where}: no metric in {expression}");
        Assert.All(names, n => Assert.True(Known.Value.ContainsKey(n), $"{where}: there is no metric {n}"));
        string[] attributes = [.. names.SelectMany(n => Known.Value[n]), .. ScrapeLabels];
        foreach (string label in Grouping().Matches(bare).SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Concat(Matcher().Matches(bare).Select(m => m.Groups[1].Value)))
        {
            Assert.True(attributes.Contains(label), $"{where}: no metric of it has a label {label}");
        }

        Assert.Equal(expression.Count(c => c == '('), expression.Count(c => c == ')'));
        // A rate is of what only grows.
        Assert.All(Rated().Matches(bare).Select(m => m.Groups[1].Value), n => Assert.Matches("_(total|bucket|count|sum)$", n));
    }

    [Fact]
    public void The_files_fit_their_schemas()
    {
        JsonObject schema = DeployFiles.Schema("prometheus.schema.json");
        foreach (string config in new[] { "prometheus.yml", "kubernetes.yml" })
        {
            Assert.Empty(SchemaCheck.Of(schema, "config").Errors(Read(config)));
            Assert.Equal(["alerts.yml"], Read(config)["rule_files"]!.AsArray().Select(f => f!.GetValue<string>()));
        }

        Assert.Empty(SchemaCheck.Of(schema, "rules").Errors(Read("alerts.yml")));
    }

    [Fact]
    public void Every_silo_of_the_compose_file_is_scraped()
    {
        IEnumerable<string> targets = Read("prometheus.yml")["scrape_configs"]![0]!["static_configs"]![0]!["targets"]!.AsArray().Select(t => t!.GetValue<string>());
        Assert.Equal(DeployFiles.Compose["services"]!.AsObject().Select(s => s.Key).Where(s => s != "redis").Select(s => $"{s}:9464").Order(), targets.Order());
    }

    [Fact]
    public void Every_alert_has_its_paragraph_for_the_operator_and_every_paragraph_its_alert()
    {
        string page = RepositoryFiles.Text("docs/operate.md");
        Assert.Equal(
            Alerts().Select(a => a["alert"]!.GetValue<string>()).Order(StringComparer.Ordinal),
            Heading().Matches(page).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Panels_do_not_overlap_and_use_the_variables_that_there_are()
    {
        JsonObject dashboard = Dashboard();
        JsonNode[] all = [.. dashboard["panels"]!.AsArray().Select(p => p!)];
        Assert.Equal(all.Length, all.Select(p => p["id"]!.GetValue<int>()).Distinct().Count());
        HashSet<(int, int)> cells = [];
        foreach (JsonNode panel in all)
        {
            JsonNode at = panel["gridPos"]!;
            int x = at["x"]!.GetValue<int>(), y = at["y"]!.GetValue<int>(), w = at["w"]!.GetValue<int>(), h = at["h"]!.GetValue<int>();
            Assert.True(x >= 0 && x + w <= 24, $"{panel["title"]} is outside");
            Assert.All(from i in Enumerable.Range(x, w) from j in Enumerable.Range(y, h) select (i, j), cell => Assert.True(cells.Add(cell), $"{panel["title"]} overlaps"));
        }

        string[] variables = [.. dashboard["templating"]!["list"]!.AsArray().Select(v => v!["name"]!.GetValue<string>()), "__rate_interval"];
        Assert.All(Variable().Matches(dashboard.ToJsonString()).Select(m => m.Groups[1].Value), v => Assert.Contains(v, variables));
    }

    /// <summary>Names of samples, with the labels that they have in the scrape of a silo at work.</summary>
    private static readonly Lazy<Dictionary<string, string[]>> Known = new(() =>
    {
        ILookup<string, string[]> families = ApprovedList.Read("tests/Cluster.Tests/Approved/metrics.txt").Select(l => l.Split(' ')).ToLookup(w => w[0], w => w[1..]);
        Dictionary<string, string[]> known = [];
        foreach (IGrouping<string, string[]> family in families)
        {
            string kind = family.Single(w => w.Length == 2)[0];
            string[] samples = kind switch { "counter" => ["_total"], "histogram" => ["_bucket", "_count", "_sum"], _ => [""] };
            Array.ForEach(samples, s => known[family.Key + s] = [.. family.Where(w => w.Length == 1).Select(w => w[0].Trim('{', '}'))]);
        }

        return known;
    });

    private static JsonObject Read(string file) => YamlReader.Document(RepositoryFiles.Text($"deploy/prometheus/{file}")).AsObject();

    private static IEnumerable<JsonNode> Alerts() => Read("alerts.yml")["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray()).Select(r => r!);

    private static JsonObject Dashboard() => JsonNode.Parse(RepositoryFiles.Text("deploy/grafana/kdcluster.json"))!.AsObject();

    private static IEnumerable<JsonNode> Panels() => Dashboard()["panels"]!.AsArray().Select(p => p!).Where(p => p["type"]!.GetValue<string>() != "row");


    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(?:kdcluster|dotnet|kestrel|orleans|process)_[a-z0-9_]+|\bup\b(?=\{)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"[{,]\s*([a-z_]+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:rate|increase)\(([a-z0-9_]+)")]
    private static partial Regex Rated();

    [GeneratedRegex("^#### (Kd[A-Za-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\$\{?([a-z_]+)")]
    private static partial Regex Variable();
}
