using System.Text.Json.Nodes;
using KdCluster.Cluster;
using KdCluster.Cluster.Inference;
using KdCluster.Cluster.Security;
using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Inference;

/// <summary>Other people's servers as teachers.</summary>
public class InferenceTeacherTests
{
    private static readonly int[][] s_rows = [[2, 5, 9], [2, 7], [2, 11, 4, 6, 8, 3, 3, 3, 9, 10, 12], .. Enumerable.Range(1, 12).Select(n => Enumerable.Range(2, n).ToArray())];

    [Fact]
    public async Task A_teacher_of_another_silo_gives_the_same_numbers_through_the_protocol()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher bag = await silo.TeacherAsync("bag");
        SoftTargetRequest ask = new() { Teacher = "bag", Tokenizer = bag.Tokenizer, Kinds = { V1.OutputKind.Logits, V1.OutputKind.Embedding } };
        foreach (int[] row in s_rows)
        {
            ask.Lengths.Add(row.Length);
            ask.Ids.AddRange(row);
        }

        SoftTargetReply direct = await silo.Client.Teachers.GetAsync(ask);
        TeacherRef reference = new() { Name = "theirs", Model = "bag", Endpoint = Oip(silo.Silo.Address), Tokenizer = TokenizerOf(bag) };
        await using InferenceTeacherClient client = await InferenceTeacherClient.ConnectAsync(reference, TimeProvider.System, CancellationToken.None);

        Assert.Equal((bag.LabelSpace, bag.Tokenizer, bag.MaxLength), (client.Description.LabelSpace, client.Description.Tokenizer, client.Description.MaxLength));
        IReadOnlyList<byte[]> rows = await client.GetAsync(Request(client, OutputNames.Logits, OutputNames.Embedding), CancellationToken.None);
        for (int k = 0; k < 2; k++)
        {
            SoftTargets.SoftTargetSet theirs = client.Description.Outputs[k].Set();
            float[] through = new float[s_rows.Length * theirs.Width], straight = new float[through.Length];
            RowCodec.Decode(theirs, rows[k], through);
            RowCodec.Decode(theirs with { Element = SoftTargets.ElementType.Float16 }, direct.Rows[k].Span, straight);
            Assert.Equal(straight, through);
        }
    }

    [Fact]
    public async Task A_server_is_known_by_the_authority_named_for_it_and_shown_the_token_then_alone()
    {
        using TemporaryFolder folder = new();
        Security.TestAuthority authority = new();
        Security.Tokens tokens = new(folder.Path);
        (string cert, string key) = authority.Issue(folder, "server", Security.TestAuthority.Server);
        (string ca, string other, string token) = (folder.File("ca.crt"), folder.File("other.crt"), folder.File("token"));
        await File.WriteAllTextAsync(ca, authority.Pem);
        await File.WriteAllTextAsync(other, new Security.TestAuthority("stranger").Pem);
        await File.WriteAllTextAsync(token, tokens["carl"]);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with
        {
            Url = "https://127.0.0.1:0",
            Security = new() { Tokens = tokens.File, Cert = cert, Key = key, DataRoots = [folder.Path] },
        });
        TeacherRef teacher = new() { Name = "nobody", Endpoint = silo.Silo.Address.Replace("https", "oips", StringComparison.Ordinal) };

        async Task<string> AnswerAsync(SecurityOptions security)
        {
            PeerAccess access = new(new KdClusterOptions { Security = security });
            return (await Assert.ThrowsAsync<KdException>(() => InferenceTeacherClient.ConnectAsync(teacher, TimeProvider.System, CancellationToken.None, access.ToInference(teacher.Endpoint)))).Message;
        }

        // Known and let in: there is no such model. Known and not let in; not known, and told nothing.
        Assert.Contains("KD1308", await AnswerAsync(new() { InferenceCa = ca, InferenceTokenFile = token }), StringComparison.Ordinal);
        Assert.Contains("Unauthenticated", await AnswerAsync(new() { InferenceCa = ca }), StringComparison.Ordinal);
        Assert.Contains("SSL", await AnswerAsync(new() { InferenceCa = other, InferenceTokenFile = token }), StringComparison.Ordinal);
        Assert.Null(new PeerAccess(new KdClusterOptions { Security = new() { InferenceCa = ca, InferenceTokenFile = token } }).ToInference("oip://h:1").TokenFile);
    }

    [PythonGrpcFact]
    public async Task A_student_learns_from_models_of_an_independent_server()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Teacher bag = await silo.TeacherAsync("bag");
        await using PythonScript server = await PythonScript.StartAsync("server.py", ["0", TokenizerOf(bag), $"{TinyTask.Classes}"]);
        string endpoint = $"oip://127.0.0.1:{await server.ReadLineAsync()}";

        string Recipe(string name) => TinyTask.Recipe(silo.Folder.Path, name, teachers: ["bag"], change: r =>
        {
            r["teachers"]!.AsArray().Add(new JsonObject { ["name"] = "full", ["endpoint"] = endpoint });
            r["teachers"]!.AsArray().Add(new JsonObject
            {
                ["name"] = "plain",
                ["endpoint"] = endpoint,
                ["model"] = "bare",
                ["digest"] = "1",
                ["labels"] = new JsonArray("0", "1", "2"),
                ["tokenizer"] = TokenizerOf(bag),
                ["batch"] = 5,
            });
        });
        Run run = await silo.RunAsync(Recipe("three"));
        Run again = await silo.RunAsync(Recipe("again"));

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(["bag", "full", "plain"], run.Teachers);
        Assert.True(run.Students[0].TeacherRows > 0);
        // What they said is kept, as any teacher's.
        Assert.Equal(0, again.Students[0].TeacherRows);
    }

    [PythonGrpcFact]
    public async Task A_teacher_of_unknown_size_alone_gives_a_report_and_probabilities_are_told()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await using PythonScript server = await PythonScript.StartAsync("server.py", ["0", TokenizerOf(await silo.TeacherAsync("bag")), $"{TinyTask.Classes}"]);
        string endpoint = $"oip://127.0.0.1:{await server.ReadLineAsync()}";

        async Task<string> ReportAsync(string teacher)
        {
            Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, teachers: [$"{teacher}@{endpoint}"]));
            Assert.Equal(RunState.Succeeded, run.State);
            return (await silo.Client.Run(run.Id).ReportAsync()).Markdown;
        }

        string full = await ReportAsync("full");
        Assert.Matches(@"\| teacher 1 full +\| +[0-9.]+ \| +– \|", full);
        Assert.Contains("No distillation score: the size of teacher `full`", full, StringComparison.Ordinal);
        Assert.DoesNotContain("KD1345", full, StringComparison.Ordinal);
        Assert.Contains("KD1345 at teacher likely", await ReportAsync("likely"), StringComparison.Ordinal);
    }

    [PythonGrpcFact]
    public async Task A_server_that_goes_away_is_asked_again_when_it_is_back()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string tokenizer = TokenizerOf(await silo.TeacherAsync("bag"));
        await using PythonScript server = await PythonScript.StartAsync("server.py", ["0", tokenizer, $"{TinyTask.Classes}"]);
        string port = await server.ReadLineAsync();
        await using InferenceTeacherClient client = await InferenceTeacherClient.ConnectAsync(
            new TeacherRef { Name = "full", Endpoint = $"oip://127.0.0.1:{port}" }, TimeProvider.System, CancellationToken.None);
        await server.KillAsync();

        Task<IReadOnlyList<byte[]>> answer = client.GetAsync(Request(client, OutputNames.Logits), CancellationToken.None);
        server.Restart(port, tokenizer, $"{TinyTask.Classes}");
        float[] logits = new float[s_rows.Length * TinyTask.Classes];
        RowCodec.Decode(client.Description.Output(OutputNames.Logits).Set(), (await answer)[0], logits);

        Assert.Equal([.. s_rows.SelectMany(row => Enumerable.Range(0, TinyTask.Classes).Select(c => row.Sum(id => ((id * 7) + (c * 13)) % 11) / 8f))], logits);
    }

    [PythonGrpcFact]
    public async Task What_a_server_and_a_recipe_leave_unsaid_is_asked_for_all_at_once()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string tokenizer = TokenizerOf(await silo.TeacherAsync("bag"));
        await using PythonScript server = await PythonScript.StartAsync("server.py", ["0", tokenizer, $"{TinyTask.Classes}"]);
        string endpoint = $"oip://127.0.0.1:{await server.ReadLineAsync()}";

        async Task<KdException> RefusedAsync(TeacherRef teacher) => await Assert.ThrowsAsync<KdException>(
            () => InferenceTeacherClient.ConnectAsync(teacher with { Endpoint = endpoint }, TimeProvider.System, CancellationToken.None));

        KdException bare = await RefusedAsync(new TeacherRef { Name = "bare" });
        Assert.Equal(["KD1343", "KD1343", "KD1343"], bare.Errors.Select(e => e.Code));
        Assert.Contains("`labels`", bare.Message, StringComparison.Ordinal);
        Assert.Contains("`tokenizer`", bare.Message, StringComparison.Ordinal);
        Assert.Contains("`digest`", bare.Message, StringComparison.Ordinal);
        KdException picture = await RefusedAsync(new TeacherRef { Name = "picture", Labels = ["a", "b"], Tokenizer = tokenizer, Digest = "1" });
        Assert.Contains("image FP32", picture.Message, StringComparison.Ordinal);
        Assert.Contains("boxes FP32", picture.Message, StringComparison.Ordinal);
        Assert.Equal("KD1308", (await RefusedAsync(new TeacherRef { Name = "nobody" })).Code);
        Assert.Contains("[a, b, c]", (await RefusedAsync(new TeacherRef { Name = "full", Labels = ["a", "b", "c"] })).Message, StringComparison.Ordinal);

        // More rows than the server takes: its own words, and the key that helps.
        await using InferenceTeacherClient greedy = await InferenceTeacherClient.ConnectAsync(
            new TeacherRef { Name = "bare", Endpoint = endpoint, Labels = ["a", "b", "c"], Tokenizer = tokenizer, Digest = "1" }, TimeProvider.System, CancellationToken.None);
        KdException refused = await Assert.ThrowsAsync<KdException>(() => greedy.GetAsync(Request(greedy, OutputNames.Logits), CancellationToken.None));
        Assert.Equal("KD1344", refused.Code);
        Assert.Contains("`batch`", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inference_server_that_nobody_runs_fails_the_run_with_its_address()
    {
        await using TinySilo silo = await TinySilo.StartAsync();

        KdException failed = await Assert.ThrowsAsync<KdException>(() => silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["far@oip://127.0.0.1:9"])));

        Assert.Equal("KD1306", failed.Code);
        Assert.Contains("oip://127.0.0.1:9", failed.Message, StringComparison.Ordinal);
    }

    private static string Oip(string address) => $"oip://{new Uri(address).Authority}";

    private static string TokenizerOf(Teacher teacher) => Path.Combine(teacher.Checkpoint, "tokenizer.json");

    private static TeacherRequest Request(InferenceTeacherClient client, params string[] outputs) => new()
    {
        Tokenizer = client.Description.Tokenizer,
        StoreAsked = "",
        Outputs = outputs,
        Inputs = InstanceView.OfTokens(s_rows),
        Keys = Fingerprints.Instances(s_rows),
    };
}
