using System.Diagnostics;

namespace KdCluster.Tests.Cli;

/// <summary>The program on a real terminal, and where there is none.</summary>
public class TerminalTests
{
    private static readonly string s_kd = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "kd.dll")}'";

    [Theory]
    [InlineData("xterm", "", "\e[31mKD1701\e[0m at kd: ")]
    [InlineData("xterm", "1", "KD1701 at kd: ")]
    [InlineData("dumb", "", "KD1701 at kd: ")]
    public async Task A_terminal_shows_colors_unless_it_cannot_or_nobody_wants_them(string kind, string noColor, string says) =>
        Assert.Contains(says, await RunAsync("script", ["-qec", $"{s_kd} nonsense", "/dev/null"], kind, noColor), StringComparison.Ordinal);

    [Fact]
    public async Task What_goes_into_a_pipe_has_neither_colors_nor_breaks()
    {
        string name = new('n', 300);
        Assert.Equal($"KD1701 at kd: there is no command '{name}'. kd --help lists the commands.\n", await RunAsync("sh", ["-c", $"{s_kd} {name} 2>&1 | cat"], "xterm", ""));
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string kind, string noColor)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        (start.Environment["TERM"], start.Environment["NO_COLOR"]) = (kind, noColor);
        start.Environment.Remove("KD_PROGRAM");
        using Process process = Process.Start(start)!;
        string screen = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return screen;
    }
}
