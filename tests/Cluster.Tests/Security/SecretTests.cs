using KdCluster.Client;
using KdCluster.Cluster.Security;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Security;

/// <summary>A silo in a process of its own, with secrets in all its settings and in what it is sent: none is in a file, a log or an answer.</summary>
public class SecretTests
{
    private const string Password = "s3cr3t-pa55word";

    [Fact]
    public async Task No_secret_is_written_logged_or_answered()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        Tokens tokens = new(folder.Path);
        TestAuthority authority = new();
        (string cert, string key) = authority.Issue(folder, "silo", TestAuthority.Server, TestAuthority.Client);
        await File.WriteAllTextAsync(folder.File("ca.crt"), authority.Pem);
        string silos = tokens.Add("silos", Role.Client);
        string home = folder.File("home");
        await using KdProcess kd = KdProcess.Start(
            home, "silo", "--verbose", "--url", "https://127.0.0.1:0", "--store", $"redis://user:{Password}@127.0.0.1:1/0", "--tokens", tokens.File, "--token", silos,
            "--cert", cert, "--key", key, "--ca", folder.File("ca.crt"), "--data-roots", folder.Path);
        string address = (await kd.LineAsync("Silo at")).Split(' ', ',').First(w => w.StartsWith("https://", StringComparison.Ordinal));
        await using KdClient op = tokens.Client(address, tokens["op"], folder.File("ca.crt")), wrong = tokens.Client(address, tokens["op"] + "x", folder.File("ca.crt"));
        List<string> answers = [];
        Run run = await (await op.StartAsync(TinyTask.Recipe(folder.Path, "teacher"))).ResultAsync();
        answers.Add((await op.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = run.Students[0].Checkpoint })).ToString());
        answers.Add((await (await op.StartAsync(TinyTask.Recipe(folder.Path, "student", teachers: ["bag"]))).ResultAsync()).ToString());
        answers.Add((await op.Cluster.DescribeAsync(new DescribeSiloRequest())).ToString());
        answers.Add((await op.Cluster.StoreStatsAsync(new StoreStatsRequest())).ToString());
        answers.Add((await op.Runs.ReportAsync(new RunId { Id = run.Id })).ToString());
        foreach (string store in new[] { $"redis://:{Password}@127.0.0.1:1", $"redis://u:{Password} @h", $"redis:{Password}@h" })
        {
            answers.Add((await Assert.ThrowsAsync<KdException>(() => op.StartAsync(TinyTask.Recipe(folder.Path, "student", change: r => r["store"] = store)))).ToString());
        }

        answers.Add((await Assert.ThrowsAsync<KdException>(() => wrong.Run("x").GetAsync())).ToString());
        answers.Add((await Assert.ThrowsAsync<KdException>(() => op.StartAsync(TinyTask.Recipe(folder.Path, "student", teachers: ["bag@http://127.0.0.1:1"])).ContinueWith(async t => await (await t).ResultAsync(), TaskScheduler.Default).Unwrap())).ToString());
        await kd.SignalAsync("TERM");
        Assert.Equal(0, await kd.EndAsync());

        string[] secrets = [Password, .. new[] { "op", "olga", "carl", "silos" }.Select(id => tokens[id].Split('.')[^1]), (await File.ReadAllTextAsync(key)).Split('\n')[1]];
        Assert.Contains("Silo at", kd.Written, StringComparison.Ordinal);
        Assert.All(secrets, s => Assert.DoesNotContain(s, kd.Written, StringComparison.Ordinal));
        Assert.All(secrets, s => Assert.All(answers, a => Assert.DoesNotContain(s, a, StringComparison.Ordinal)));
        string[] files = Directory.GetFiles(home, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => f.EndsWith("recipe.json", StringComparison.Ordinal));
        foreach (string file in files)
        {
            string content = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.All(secrets, s => Assert.False(content.Contains(s, StringComparison.Ordinal), $"{file} holds a secret"));
        }
    }
}
