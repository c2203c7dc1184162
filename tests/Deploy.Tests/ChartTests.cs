using System.Text.Json.Nodes;
using KdCluster.Tests.Helm;
using KdCluster.Tests.Yaml;

namespace KdCluster.Tests;

public class ChartTests
{
    private static readonly HelmChart Chart = HelmChart.Load(DeployFiles.Chart);

    /// <summary>Values that take every branch of the templates.</summary>
    public static TheoryData<string, string> Variants => new()
    {
        { "as it is", "{}" },
        { "without GPUs", """{"pools":{"teachers":{"gpu":false}}}""" },
        { "one node each", """{"pools":{"teachers":{"spread":"required"},"trainers":{"spread":"none"}}}""" },
        { "nodes of its own", """{"pools":{"teachers":{"nodeSelector":{"gpu":"h200"},"tolerations":[{"key":"gpu","operator":"Exists"}]}},"imagePullSecrets":[{"name":"pull"}]}""" },
        { "another Redis", """{"redis":{"internal":false}}""" },
        { "another claim", """{"shared":{"existingClaim":"mine"}}""" },
        { "classes of storage", """{"shared":{"className":"nfs"},"redis":{"storage":{"className":"fast","size":"5Gi"}}}""" },
        { "clients' certificates", """{"security":{"requireClientCert":true}}""" },
        { "monitored", """{"metrics":{"podMonitor":true}}""" },
        { "not monitored", """{"metrics":{"enabled":false,"podMonitor":true}}""" },
        { "open network", """{"networkPolicy":{"enabled":false}}""" },
        { "named peers", """{"networkPolicy":{"clients":[{"namespaceSelector":{"matchLabels":{"team":"nlp"}}}],"scrapers":[{"namespaceSelector":{"matchLabels":{"name":"monitoring"}}}]}}""" },
        { "all in one pool", """{"pools":{"all":{"roles":["teacher","trainer","gateway"],"replicas":3,"resources":{"limits":{"memory":"8Gi"}}}}}""" },
        { "a balancer", """{"service":{"type":"LoadBalancer","annotations":{"a.example/internal":"true"}}}""" },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_variant_renders_to_whole_objects_that_fit_one_another(string what, string values)
    {
        IReadOnlyList<JsonObject> objects = Render(values);
        Assert.True(objects.Count > 5, what);
        foreach (JsonObject each in objects)
        {
            Assert.Empty(Errors(each));
        }

        Assert.Equal(objects.Count, objects.Select(o => $"{Kind(o)} {Name(o)}").Distinct().Count());
        JsonObject[] sets = [.. objects.Where(o => Kind(o) == "StatefulSet")];
        foreach (JsonObject set in sets)
        {
            CheckSet(set, objects);
        }

        foreach (JsonObject service in objects.Where(o => Kind(o) == "Service"))
        {
            JsonObject[] pods = [.. sets.Where(s => Selects(service["spec"]!["selector"]!, Labels(s)))];
            Assert.NotEmpty(pods);
            Assert.All(service["spec"]!["ports"]!.AsArray(), p => Assert.All(pods, s => Assert.Contains(p!["targetPort"]!.GetValue<string>(), Ports(s))));
        }

        foreach (JsonObject budget in objects.Where(o => Kind(o) == "PodDisruptionBudget"))
        {
            JsonObject of = Assert.Single(sets, s => Selects(budget["spec"]!["selector"]!["matchLabels"]!, Labels(s)));
            Assert.True(budget["spec"]!["minAvailable"]!.GetValue<long>() < of["spec"]!["replicas"]!.GetValue<long>(), $"{Name(budget)} lets no pod go");
        }

        foreach (JsonObject policy in objects.Where(o => Kind(o) == "NetworkPolicy"))
        {
            JsonObject[] pods = [.. sets.Where(s => Selects(policy["spec"]!["podSelector"]!["matchLabels"]!, Labels(s)))];
            Assert.NotEmpty(pods);
            Assert.All(policy["spec"]!["ingress"]!.AsArray().SelectMany(i => i!["ports"]!.AsArray()), p => Assert.All(pods, s => Assert.Contains(p!["port"]!.GetValue<string>(), Ports(s))));
        }
    }

    [Fact]
    public void A_process_has_one_gpu_or_none()
    {
        foreach (JsonObject set in Render("{}").Where(o => Kind(o) == "StatefulSet" && !Name(o).EndsWith("-redis", StringComparison.Ordinal)))
        {
            JsonObject container = Container(set);
            bool gpu = Name(set).EndsWith("-teachers", StringComparison.Ordinal);
            Assert.Equal(gpu ? 1 : null, container["resources"]!["limits"]!["nvidia.com/gpu"]?.GetValue<long>());
            Assert.Equal(gpu ? "cuda:0" : "cpu", Variable(container, "KD_DEVICE"));
            Assert.EndsWith(gpu ? "-cuda" : "-cpu", container["image"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Silos_drain_before_they_end_and_have_the_time_for_it()
    {
        foreach (JsonObject set in Silos())
        {
            string command = Container(set)["lifecycle"]!["preStop"]!["exec"]!["command"]![2]!.GetValue<string>();
            Assert.StartsWith("exec kd silo drain --silo \"$KD_ADVERTISE\" --timeout ", command, StringComparison.Ordinal);
            long grace = set["spec"]!["template"]!["spec"]!["terminationGracePeriodSeconds"]!.GetValue<long>();
            Assert.Equal($"{grace - 60}", command.Split(' ')[^1]);
        }
    }

    [Fact]
    public void Probes_tell_life_from_readiness()
    {
        foreach (JsonObject container in Silos().Select(Container))
        {
            Assert.Equal("/livez", container["livenessProbe"]!["httpGet"]!["path"]!.GetValue<string>());
            Assert.Equal("/livez", container["startupProbe"]!["httpGet"]!["path"]!.GetValue<string>());
            Assert.Equal("/readyz", container["readinessProbe"]!["httpGet"]!["path"]!.GetValue<string>());
            Assert.Equal("http://0.0.0.0:9464", Variable(container, "KD_METRICS"));
        }
    }

    [Theory]
    [InlineData("""{"pools":{"teachers":{"gpu":2}}}""", "/pools/teachers/gpu")]
    [InlineData("""{"pools":{"teachers":{"roles":["teacher","boss"]}}}""", "/pools/teachers/roles/1")]
    [InlineData("""{"pools":{"teachers":{"replicas":-1}}}""", "/pools/teachers/replicas")]
    [InlineData("""{"pools":{"Bad_Name":{"roles":["teacher"],"replicas":1}}}""", "/pools")]
    [InlineData("""{"pools":{"teachers":{"settings":{"PATH":"x"}}}}""", "/pools/teachers/settings")]
    [InlineData("""{"redsi":{"internal":false}}""", "/redsi")]
    [InlineData("""{"terminationSeconds":5}""", "/terminationSeconds")]
    [InlineData("""{"security":{"tlsSecret":""}}""", "/security/tlsSecret")]
    [InlineData("""{"cluster":"Not A Name"}""", "/cluster")]
    public void Values_that_cannot_work_are_refused(string values, string where)
    {
        IReadOnlyList<string> errors = new SchemaCheck(Chart.Schema).Errors(Chart.With(JsonNode.Parse(values)!.AsObject()));
        Assert.Contains(errors, e => e.Contains(where, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kdcluster.yaml", "{}")]
    [InlineData("kdcluster-cpu.yaml", """{"pools":{"teachers":{"gpu":false}}}""")]
    public void The_plain_manifests_are_the_chart(string file, string values)
    {
        string text = "# Made of deploy/helm/kdcluster by KD_WRITE_GENERATED=1 dotnet test --project tests/Deploy.Tests; change the chart.\n"
            + string.Join("---\n", Chart.Render(JsonNode.Parse(values)!.AsObject()).Where(t => t.Key != "NOTES.txt").Select(t => t.Value.Trim('\n', '-') + "\n").Where(t => t.Length > 1));
        string path = Path.Combine(DeployFiles.Deploy, "manifests", file);
        if (Environment.GetEnvironmentVariable("KD_WRITE_GENERATED") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, RepositoryFiles.Text($"deploy/manifests/{file}"));
        Assert.Equal(Render(values).Select(o => $"{Kind(o)} {Name(o)}").Order(), YamlReader.Documents(text).Select(o => $"{Kind(o.AsObject())} {Name(o.AsObject())}").Order());
    }

    private static void CheckSet(JsonObject set, IReadOnlyList<JsonObject> objects)
    {
        JsonNode spec = set["spec"]!, pod = spec["template"]!["spec"]!;
        Assert.True(Selects(spec["selector"]!["matchLabels"]!, Labels(set)), $"{Name(set)} does not select its own pods");
        Assert.Single(objects, o => Kind(o) == "StatefulSet" && Selects(spec["selector"]!["matchLabels"]!, Labels(o)));
        Assert.Contains(objects, o => Kind(o) == "Service" && Name(o) == spec["serviceName"]!.GetValue<string>());
        string[] volumes = [.. pod["volumes"]!.AsArray().Concat(spec["volumeClaimTemplates"]?.AsArray().Select(t => t!["metadata"]) ?? []).Select(v => v!["name"]!.GetValue<string>())];
        JsonNode[] mounts = [.. Container(set)["volumeMounts"]!.AsArray().Select(m => m!)];
        Assert.Equal(volumes.Order(), mounts.Select(m => m["name"]!.GetValue<string>()).Order());
        Assert.All(new[] { "startupProbe", "livenessProbe", "readinessProbe" }.Select(p => Container(set)[p]?["httpGet"]?["port"]).Where(p => p is not null), p => Assert.Contains(p!.GetValue<string>(), Ports(set)));

        // What a setting points to is mounted.
        foreach (JsonNode? variable in Container(set)["env"]?.AsArray() ?? [])
        {
            if (variable!["value"]?.GetValue<string>() is { } value && value.StartsWith('/'))
            {
                Assert.Contains(mounts, m => value.StartsWith(m["mountPath"]!.GetValue<string>(), StringComparison.Ordinal));
            }
        }

        foreach (JsonNode? volume in pod["volumes"]!.AsArray().Where(v => v!["persistentVolumeClaim"] is not null))
        {
            string claim = volume!["persistentVolumeClaim"]!["claimName"]!.GetValue<string>();
            Assert.True(claim == "mine" || objects.Any(o => Kind(o) == "PersistentVolumeClaim" && Name(o) == claim && o["spec"]!["accessModes"]![0]!.GetValue<string>() == "ReadWriteMany"), claim);
        }
    }

    private static IReadOnlyList<JsonObject> Render(string values) =>
        [.. Chart.Render(JsonNode.Parse(values)!.AsObject()).Where(t => t.Key != "NOTES.txt").SelectMany(t => YamlReader.Documents(t.Value)).Select(d => d.AsObject())];

    private static IEnumerable<JsonObject> Silos() => Render("{}").Where(o => Kind(o) == "StatefulSet" && !Name(o).EndsWith("-redis", StringComparison.Ordinal));

    private static IReadOnlyList<string> Errors(JsonObject each) => SchemaCheck.Of(DeployFiles.Schema("kubernetes.schema.json"), Kind(each)).Errors(each);

    private static string Kind(JsonObject o) => o["kind"]!.GetValue<string>();

    private static string Name(JsonObject o) => o["metadata"]!["name"]!.GetValue<string>();

    private static JsonObject Container(JsonObject set) => Assert.Single(set["spec"]!["template"]!["spec"]!["containers"]!.AsArray())!.AsObject();

    private static JsonNode Labels(JsonObject set) => set["spec"]!["template"]!["metadata"]!["labels"]!;

    private static string[] Ports(JsonObject set) => [.. Container(set)["ports"]!.AsArray().Select(p => p!["name"]!.GetValue<string>())];

    private static bool Selects(JsonNode selector, JsonNode labels) => selector.AsObject().All(l => JsonNode.DeepEquals(labels[l.Key], l.Value));

    private static string? Variable(JsonObject container, string name) =>
        Assert.Single(container["env"]!.AsArray(), v => v!["name"]!.GetValue<string>() == name)!["value"]!.GetValue<string>();
}
