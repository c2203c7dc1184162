using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.EndToEnd;

/// <summary>The program as users run it: real processes, signals, one home.</summary>
public sealed partial class EndToEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EndToEndTests() => TinyTask.Write(_folder.Path);

    private string Home => _folder.File("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_silo_killed_during_a_run_leaves_what_resumes_to_the_same_bytes()
    {
        await TeacherAsync(Home);
        string recipe = Recipe("tiny", 60, "bag");
        string undisturbed = await KdProcess.RunAsync(Home, "run", "start", recipe);
        Assert.Contains("| student uniform", undisturbed, StringComparison.Ordinal);

        string id;
        await using (KdProcess silo = KdProcess.Start(Home, "silo", "--url", "http://127.0.0.1:0"))
        {
            string address = await AddressAsync(silo);
            id = (await KdProcess.RunAsync(Home, "run", "start", recipe, "--detach")).Trim();
            await StepAsync(address, id, 50);
            await silo.SignalAsync("KILL");
            await silo.EndAsync();
        }

        await KdProcess.RunAsync(Home, "run", "resume", id);
        byte[][] students = [.. Directory.GetDirectories(Path.Combine(Home, "runs"), "tiny-*").Select(Weights)];
        Assert.Equal(2, students.Length);
        Assert.Equal(students[0], students[1]);
    }

    [Fact]
    public async Task Interrupted_without_a_silo_of_its_own_a_run_keeps_a_checkpoint_and_says_how_to_go_on()
    {
        string recipe = Recipe("lone", 400);
        string line;
        await using (KdProcess kd = KdProcess.Start(Home, "run", "start", recipe))
        {
            await kd.LineAsync("epoch ");
            await kd.SignalAsync("INT");
            line = await kd.LineAsync("run resume");
            Assert.Equal(130, await kd.EndAsync());
        }

        string id = ResumeLine().Match(line).Groups[1].Value;
        await KdProcess.RunAsync(Home, "run", "resume", id);
        Assert.Matches($"{id}.*succeeded", await KdProcess.RunAsync(Home, "run", "list"));
    }

    [Fact]
    public async Task A_run_goes_on_with_the_number_of_threads_that_it_began_with_and_with_no_other()
    {
        (string, string)[] two = [("KD_TORCH_THREADS", "2")];
        string id;
        await using (KdProcess kd = KdProcess.Start(Home, two, "run", "start", Recipe("threads", 400)))
        {
            await kd.LineAsync("epoch ");
            await kd.SignalAsync("INT");
            id = ResumeLine().Match(await kd.LineAsync("run resume")).Groups[1].Value;
            await kd.EndAsync();
        }

        string run = Path.Combine(Home, "runs", id);
        Assert.Equal(2, JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(run, "versions.json")))!["threads"]!.GetValue<int>());
        await using (KdProcess other = KdProcess.Start(Home, "run", "resume", id))
        {
            Assert.Equal(2, await other.EndAsync());
            Assert.Contains("KD1505", other.Written, StringComparison.Ordinal);
            Assert.Contains("KD_TORCH_THREADS=2", other.Written, StringComparison.Ordinal);
        }

        await using KdProcess same = KdProcess.Start(Home, two, "run", "resume", id);
        Assert.True(await same.EndAsync() == 0, same.Written);
    }

    [Fact]
    public async Task Interrupted_beside_a_silo_the_run_goes_on_and_the_silo_ends_in_good_order()
    {
        await using KdProcess silo = KdProcess.Start(Home, "silo", "--url", "http://127.0.0.1:0");
        string address = await AddressAsync(silo);
        string id;
        await using (KdProcess kd = KdProcess.Start(Home, "run", "start", Recipe("left", 4000)))
        {
            id = (await kd.LineAsync("Run left-")).Split(' ')[1];
            await kd.LineAsync("epoch ");
            await kd.SignalAsync("INT");
            Assert.Contains($"kd run watch {id}", await kd.LineAsync("The run continues"), StringComparison.Ordinal);
            Assert.Equal(130, await kd.EndAsync());
        }

        await using var client = new KdClient(address);
        Assert.Equal(RunState.Running, (await client.Run(id).GetAsync()).State);
        await silo.SignalAsync("TERM");
        Assert.Equal(0, await silo.EndAsync());
        Assert.False(File.Exists(Path.Combine(Home, "silo.json")));
    }

    [Fact]
    public async Task A_teacher_in_another_process_makes_the_same_student_as_one_in_this_process()
    {
        string elsewhere = _folder.File("elsewhere");
        await TeacherAsync(elsewhere);
        await KdProcess.RunAsync(elsewhere, "run", "start", Recipe("near", 3, "bag"));
        await using KdProcess silo = KdProcess.Start(elsewhere, "silo", "--url", "http://127.0.0.1:0");
        string address = await AddressAsync(silo);

        await KdProcess.RunAsync(Home, "run", "start", Recipe("far", 3, $"bag@{address}"));

        Assert.Equal(Weights(Single(elsewhere, "near-*")), Weights(Single(Home, "far-*")));
        Assert.Matches("test accuracy .* 60 rows  0 computed, 60 kept", await KdProcess.RunAsync(elsewhere, "teacher", "evaluate", "bag", "--recipe", Recipe("asked", 1)));
    }

    [Fact]
    public async Task A_student_predicts_from_standard_input_as_json_lines()
    {
        await TeacherAsync(Home);
        string file = _folder.File("texts.txt");
        await File.WriteAllTextAsync(file, "own0x1 own0x2 own0x3\nown2x1 own2x2 own2x3\n");
        string[] lines = (await KdProcess.RunAsync(Home, "student", "predict", Path.Combine(Home, "models", "bag"), file)).Split('\n');
        Assert.Equal(["0", "2"], lines.Select(l => JsonNode.Parse(l)!["label"]!.GetValue<string>()));
        Assert.All(lines, l => Assert.Equal(1, JsonNode.Parse(l)!["probabilities"]!.AsObject().Sum(p => p.Value!.GetValue<double>()), 4));
    }

    [Fact]
    public async Task What_a_user_got_wrong_is_told_once_without_a_stack_and_with_nothing_to_resume()
    {
        string recipe = _folder.File("wrong.json");
        await File.WriteAllTextAsync(recipe, TinyTask.Recipe(_folder.Path, "wrong", teachers: ["ghost"], change: r => r["data"]!["test"] = "no-such.tsv"));

        await using KdProcess kd = KdProcess.Start(Home, "run", "start", recipe);

        Assert.Equal(2, await kd.EndAsync());
        Assert.Equal(["KD1100", "KD1308"], kd.Written.Split('\n').Select(l => l.Split(' ')[0]));
        Assert.DoesNotContain("wrong", await KdProcess.RunAsync(Home, "run", "list"), StringComparison.Ordinal);
    }

    [GeneratedRegex("kd run resume ([A-Za-z0-9.-]+)$")]
    private static partial Regex ResumeLine();

    private Task TeacherAsync(string home) => KdProcess.RunAsync(home, "teacher", "train", "bag", "--recipe", Recipe("teacher", 8), "--deploy");

    private string Recipe(string name, int epochs, params string[] teachers)
    {
        string file = _folder.File($"{name}.json");
        File.WriteAllText(file, TinyTask.Recipe(_folder.Path, name, teachers: teachers.Length == 0 ? null : teachers, change: r => r["training"]!["epochs"] = epochs));
        return file;
    }

    private static async Task<string> AddressAsync(KdProcess silo) => (await silo.LineAsync("Silo at ")).Split(' ')[2].TrimEnd(',');

    private static async Task StepAsync(string address, string id, long step)
    {
        await using var client = new KdClient(address);
        await foreach (Run run in client.Run(id).WatchAsync())
        {
            if (run.Students.Any(s => s.Step >= step))
                return;
        }

        Assert.Fail($"the run ended before step {step}");
    }

    private static string Single(string home, string runs) => Assert.Single(Directory.GetDirectories(Path.Combine(home, "runs"), runs));

    private static byte[] Weights(string run) => File.ReadAllBytes(Assert.Single(Directory.GetFiles(run, "model.safetensors", SearchOption.AllDirectories), f => f.Contains("best", StringComparison.Ordinal)));
}
