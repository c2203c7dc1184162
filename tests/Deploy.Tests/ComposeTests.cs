using System.Text.Json.Nodes;

namespace KdCluster.Tests;

public class ComposeTests
{
    private static readonly string[] Silos = ["teacher-1", "teacher-2", "trainer", "gateway"];

    private static JsonObject Compose { get; } = DeployFiles.Compose;

    private static JsonObject Services => Compose["services"]!.AsObject();

    [Fact]
    public void It_fits_the_specification() => Assert.Empty(new SchemaCheck(DeployFiles.Schema("compose.schema.json")).Errors(Compose));

    [Fact]
    public void It_is_redis_two_teachers_a_trainer_and_a_gateway() => Assert.Equal([.. Silos.Append("redis").Order()], Services.Select(s => s.Key).Order());

    [Fact]
    public void Whatever_a_service_names_is_there()
    {
        foreach ((string name, JsonNode? service) in Services)
        {
            Assert.All(Texts(service!["secrets"]), s => Assert.True(Compose["secrets"]![s] is not null, $"{name}: secret {s}"));
            Assert.All(Texts(service["networks"]), n => Assert.True(Compose["networks"]!.AsObject().ContainsKey(n), $"{name}: network {n}"));
            Assert.All(Texts(service["volumes"]).Select(v => v.Split(':')[0]).Where(v => !v.StartsWith("./", StringComparison.Ordinal)), v => Assert.True(Compose["volumes"]!.AsObject().ContainsKey(v), $"{name}: volume {v}"));
            Assert.All(service["depends_on"]?.AsObject().Select(d => d.Key) ?? [], d => Assert.True(Services.ContainsKey(d), $"{name}: {d}"));
            // A file under /run/secrets that a service reads is a secret that it was given.
            foreach (string word in Words(service).Where(w => w.StartsWith("/run/secrets/", StringComparison.Ordinal)))
            {
                Assert.Contains(word["/run/secrets/".Length..], Texts(service["secrets"]));
            }
        }

        string[] unused = [.. Compose["secrets"]!.AsObject().Select(s => s.Key).Where(s => !Services.Any(v => Texts(v.Value!["secrets"]).Contains(s)))];
        Assert.Empty(unused);
    }

    [Fact]
    public void Every_secret_is_made_by_the_script_or_by_kd()
    {
        string script = RepositoryFiles.Text("deploy/make-secrets.sh"), head = RepositoryFiles.Text("docker-compose.yml");
        foreach ((string name, JsonNode? secret) in Compose["secrets"]!.AsObject())
        {
            // podman-compose takes a path that does not begin with a dot for the name of a volume.
            string path = secret!["file"]!.GetValue<string>();
            Assert.StartsWith("./deploy/secrets/", path, StringComparison.Ordinal);
            Assert.True(script.Contains(Path.GetFileName(path), StringComparison.Ordinal), name);
        }

        // Tokens come and go while silos run: their folder is mounted, since a file that is mounted by itself stays the one that it was.
        foreach (string file in new[] { "KD_TOKENS", "KD_TOKEN_FILE" }.Select(v => Services["gateway"]!["environment"]![v]!.GetValue<string>()))
        {
            Assert.StartsWith("/run/kd/tokens/", file, StringComparison.Ordinal);
            Assert.Contains($"deploy/secrets/tokens/{Path.GetFileName(file)}", head, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_the_gateway_is_reached_from_outside_and_only_from_this_machine()
    {
        Assert.All(Services.Where(s => s.Key != "gateway"), s => Assert.Null(s.Value!["ports"]));
        Assert.StartsWith("127.0.0.1:", Assert.Single(Texts(Services["gateway"]!["ports"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_service_has_a_health_check_no_privileges_and_no_password_in_its_environment()
    {
        foreach ((string name, JsonNode? service) in Services)
        {
            Assert.True(service!["healthcheck"] is not null, name);
            Assert.Equal(["ALL"], Texts(service["cap_drop"]));
            Assert.Contains("no-new-privileges:true", Texts(service["security_opt"]));
            Assert.All(service["environment"]?.AsObject() ?? [], v => Assert.DoesNotContain("://:", v.Value!.GetValue<string>(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Silos_share_a_folder_and_have_names_and_homes_of_their_own()
    {
        foreach (string silo in Silos)
        {
            JsonObject environment = Services[silo]!["environment"]!.AsObject();
            Assert.Equal($"https://{silo}:5200", environment["KD_ADVERTISE"]!.GetValue<string>());
            Assert.Equal(silo, environment["KD_SILO_HOST"]!.GetValue<string>());
            Assert.Equal(silo, Services[silo]!["hostname"]!.GetValue<string>());
            Assert.Equal([$"{silo}:{environment["KD_HOME"]}", $"shared:{environment["KD_SHARED"]}", "./deploy/secrets/tokens:/run/kd/tokens:ro"], Texts(Services[silo]!["volumes"]));
            Assert.Contains(environment["KD_ROLES"]!.GetValue<string>(), silo, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Redis_writes_every_second_to_a_volume()
    {
        string command = string.Join(' ', Texts(Services["redis"]!["command"]));
        Assert.Contains("--appendonly yes", command, StringComparison.Ordinal);
        Assert.Contains("--appendfsync everysec", command, StringComparison.Ordinal);
        Assert.Equal(["redis:/data"], Texts(Services["redis"]!["volumes"]));
    }

    private static string[] Texts(JsonNode? list) => [.. list?.AsArray().Select(v => v!.GetValue<string>()) ?? []];

    private static IEnumerable<string> Words(JsonNode service) => Texts(service["command"]).Concat(Texts(service["healthcheck"]!["test"]))
        .Concat(service["environment"]?.AsObject().Select(v => v.Value!.GetValue<string>()) ?? [])
        .SelectMany(t => t.Split(' ', '"', '(', ')'));
}
