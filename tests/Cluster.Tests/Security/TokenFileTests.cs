using System.Text;
using KdCluster.Client.Files;
using KdCluster.Cluster.Security;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Security;

public class TokenFileTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_token_is_known_by_its_hash_alone_and_the_file_holds_no_more()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        TokenBook book = TokenFile.Parse(File.ReadAllBytes(tokens.File), tokens.File);

        Assert.Equal(Role.Client, book.Find(tokens["carl"], _clock.GetUtcNow())!.Role);
        Assert.Null(book.Find(tokens["carl"] + "x", _clock.GetUtcNow()));
        Assert.Null(book.Find(tokens["carl"].Replace("carl", "op", StringComparison.Ordinal), _clock.GetUtcNow()));
        Assert.Null(book.Find("", _clock.GetUtcNow()));
        Assert.Null(book.Find(new string('a', 100_000), _clock.GetUtcNow()));
        Assert.DoesNotContain(tokens["carl"].Split('.')[^1], File.ReadAllText(tokens.File), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(tokens.File) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_file_that_others_were_let_read_stays_so_when_it_is_replaced()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        File.SetUnixFileMode(tokens.File, Mode);
        TokenFile.Write(tokens.File, TokenFile.Read(tokens.File));

        Assert.Equal(Mode, File.GetUnixFileMode(tokens.File));
    }

    [Fact]
    public void A_token_that_was_rotated_is_taken_until_its_time_is_over()
    {
        TokenHash old = Made("carl", out string before), now = Made("carl", out string after);
        TokenBook book = new([new TokenEntry { Id = "carl", Role = Role.Client, Hash = now, Before = new RetiringHash(old, _clock.GetUtcNow().AddMinutes(5)) }]);

        Assert.NotNull(book.Find(before, _clock.GetUtcNow()));
        Assert.NotNull(book.Find(after, _clock.GetUtcNow()));
        Assert.Null(book.Find(before, _clock.GetUtcNow().AddMinutes(6)));
        Assert.NotNull(book.Find(after, _clock.GetUtcNow().AddMinutes(6)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"tokens":[null]}""")]
    [InlineData("""{"tokens":[{"id":"a"}]}""")]
    [InlineData("""{"tokens":[{"id":"../a","role":"client","hash":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}]}""")]
    [InlineData("""{"tokens":[{"id":"a","role":"king","hash":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}]}""")]
    [InlineData("""{"tokens":[{"id":"a","role":"none","hash":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}]}""")]
    [InlineData("""{"tokens":[{"id":"a","role":"client","hash":{"salt":"AA==","sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}]}""")]
    [InlineData("""{"tokens":[{"id":"a","role":"client","hash":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","sha256":"AA=="}}]}""")]
    [InlineData("""{"tokens":[{"id":"a","role":"client","more":1,"hash":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}]}""")]
    [InlineData("""{"tokens":[{"id":"a","role":"client","limits":{"runs":-1},"hash":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}]}""")]
    public void A_bad_file_is_refused_with_its_code(string content) =>
        Assert.Equal("KD1804", Assert.Throws<KdException>(() => TokenFile.Parse(Encoding.UTF8.GetBytes(content), "tokens.json")).Code);

    [Fact]
    public void A_changed_file_is_read_again_and_a_bad_one_keeps_what_was()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("a.txt");
        File.WriteAllText(file, "one");
        List<string?> news = [];
        WatchedFiles<string> watched = new("KD1804", [file], Read, _clock, e => news.Add(e?.Code));

        File.WriteAllText(file, "two");
        Assert.Equal("one", watched.Value);
        Later();
        Assert.Equal("two", watched.Value);
        File.WriteAllText(file, "bad");
        Later();
        Assert.Equal("two", watched.Value);
        Later();
        Assert.Equal("two", watched.Value);
        File.Delete(file);
        Later();
        Assert.Equal("two", watched.Value);
        Later();
        Assert.Equal("two", watched.Value);
        File.WriteAllText(file, "three");
        Later();
        Assert.Equal("three", watched.Value);
        Assert.Equal([null, "KD1804", "KD1804", null], news);

        void Later() => _clock.Advance(TimeSpan.FromSeconds(1));
        static string Read(byte[][] content) => Encoding.UTF8.GetString(content[0]) is var text && text != "bad" ? text : throw new KdException("KD1804", "bad");
    }

    private static TokenHash Made(string id, out string token)
    {
        (token, TokenHash hash) = TokenText.Create(id);
        return hash;
    }
}
