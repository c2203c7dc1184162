using KdCluster.Cluster.Security;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Cli;

public class TokenCommandTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_token_is_made_shown_once_listed_rotated_and_revoked()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("tokens.json");
        string first = (await RunAsync(0, "token", "create", "--role", "client", "--name", "alice", "--runs", "2", "--tokens", file)).Output.Trim();
        Assert.Equal(Role.Client, Find(first)!.Role);
        Assert.Equal(2, Find(first)!.Limits.Runs);
        Assert.Contains("KD1809", (await RunAsync(2, "token", "create", "--role", "client", "--name", "alice", "--tokens", file)).Error, StringComparison.Ordinal);

        string second = (await RunAsync(0, "token", "rotate", "--name", "alice", "--grace", "60", "--tokens", file)).Output.Trim();
        Assert.NotEqual(first, second);
        Assert.NotNull(Find(first));
        Assert.Equal(2, Find(second)!.Limits.Runs);
        string list = (await RunAsync(0, "token", "list", "--tokens", file)).Output;
        Assert.Contains("alice", list, StringComparison.Ordinal);
        Assert.DoesNotContain(first, list, StringComparison.Ordinal);
        Assert.DoesNotContain(second, list + await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(Find(first));

        await RunAsync(0, "token", "revoke", "--name", "alice", "--tokens", file);
        Assert.Null(Find(second));
        Assert.Contains("KD1809", (await RunAsync(2, "token", "revoke", "--name", "alice", "--tokens", file)).Error, StringComparison.Ordinal);
        TokenEntry? Find(string token) => TokenFile.Parse(File.ReadAllBytes(file), file).Find(token, _clock.GetUtcNow());
    }

    [Theory]
    [InlineData("--role", "king", "--name", "a", "--tokens", "t.json")]
    [InlineData("--role", "client", "--name", "../a", "--tokens", "t.json")]
    [InlineData("--role", "client", "--tokens", "t.json")]
    [InlineData("--role", "client", "--name", "a")]
    public async Task A_token_that_says_too_little_is_not_made(params string[] args) => await RunAsync(2, ["token", "create", .. args]);

    private async Task<CliHarness> RunAsync(int code, params string[] args)
    {
        CliHarness kd = new();
        int actual = await new KdCluster.Cli.CliProgram(KdCluster.Cli.CommandTable.All).RunAsync(args, kd.Context with { Time = _clock }, CancellationToken.None);
        Assert.Equal(code, actual);
        return kd;
    }
}
