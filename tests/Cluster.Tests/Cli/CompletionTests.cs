using System.Diagnostics;
using KdCluster.Cli.CommandLine;

namespace KdCluster.Tests.Cli;

/// <summary>What a shell is told when a user presses Tab.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("kd ru", "run")]
    [InlineData("kd run st", "start")]
    [InlineData("./kd cache ", "clear", "stats", "verify", "warm")]
    [InlineData("kd run start --deta", "--detach")]
    [InlineData("kd run start recipe.json --hel", "--help")]
    [InlineData("kd teacher evaluate x --split ", "test", "train", "validation")]
    [InlineData("kd teacher evaluate x --split tr", "train")]
    [InlineData("kd teacher evaluate x --split train --rec", "--recipe")]
    [InlineData("kd completion ", "bash", "fish", "zsh")]
    public async Task Each_word_is_one_that_may_stand_there(string line, params string[] words)
    {
        CliHarness cli = new();
        await cli.RunAsync($"[suggest:{line.Length}]", line);
        // As the scripts do: what begins with what was typed, and options only behind a dash.
        string typed = line.Split(' ')[^1];
        Assert.Equal(words, cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(w => w.StartsWith(typed, StringComparison.Ordinal) && w.StartsWith('-') == typed.StartsWith('-')));
    }

    [Theory]
    [InlineData("kd ", true)]
    [InlineData("kd ch", true)]
    [InlineData("kd run ", false)]
    [InlineData("kd run st", false)]
    public async Task The_launcher_adds_the_commands_that_are_programs_of_their_own(string line, bool adds)
    {
        ProcessStartInfo start = new(Path.Combine(RepositoryFiles.Root, "kd"), [$"[suggest:{line.Length}]", line]) { RedirectStandardOutput = true };
        using Process kd = Process.Start(start)!;
        string[] words = (await kd.StandardOutput.ReadToEndAsync()).Split('\n');
        await kd.WaitForExitAsync();

        Assert.Equal(0, kd.ExitCode);
        Assert.Equal(adds, words.Contains("bench"));
        Assert.Equal(adds, words.Contains("chaos"));
    }

    [Theory]
    [InlineData("[suggest:x]")]
    [InlineData("[suggest:-1]")]
    [InlineData("[suggest:99999999999]")]
    public async Task A_question_that_is_none_is_an_unknown_command(string question)
    {
        CliHarness cli = new();
        Assert.NotEqual(ExitCode.Ok, await cli.RunAsync(question, "kd run "));
        Assert.Contains("KD1701", cli.Error, StringComparison.Ordinal);
    }

    /// <summary>A bash with a terminal, in which the keys are pressed; what it ran in the end is what it completed.</summary>
    [Fact]
    public async Task Bash_completes_a_command_an_option_and_a_value()
    {
        using Support.TemporaryFolder folder = new();
        CliHarness cli = new();
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("completion", "bash"));
        string program = Path.Combine(AppContext.BaseDirectory, "kd.dll");
        await File.WriteAllTextAsync(folder.File("recipe.json"), "{}");
        await File.WriteAllTextAsync(folder.File("rc"), cli.Output + $$"""
            kd() { if [[ $1 == "[suggest"* ]]; then dotnet '{{program}}' "$@"; else printf '%s\n' "$*" >>ran; fi; }

            """);
        ProcessStartInfo start = new("script", ["-qec", "bash --noprofile --rcfile rc -i", "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        (start.Environment["INPUTRC"], start.Environment["TERM"]) = ("/dev/null", "dumb");
        using Process bash = Process.Start(start)!;
        Task<string> screen = bash.StandardOutput.ReadToEndAsync();
        await bash.StandardInput.WriteAsync("kd teach\teval\tx --spl\ttra\t\nkd teacher evaluate x --split=tra\t\nkd run sta\treci\t\nexit\n");
        bash.StandardInput.Close();
        await bash.WaitForExitAsync();

        string ran = folder.File("ran");
        Assert.True(File.Exists(ran), await screen);
        Assert.Equal(
            ["teacher evaluate x --split train", "teacher evaluate x --split=train", "run start recipe.json"],
            (await File.ReadAllLinesAsync(ran)).Select(l => l.TrimEnd()));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _kd kd")]
    [InlineData("zsh", "#compdef kd")]
    [InlineData("fish", "complete -c kd")]
    public async Task Each_shell_has_a_script_that_asks_the_program(string shell, string registers)
    {
        CliHarness cli = new();
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("completion", shell));
        Assert.Contains(registers, cli.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", cli.Output, StringComparison.Ordinal);
    }
}
