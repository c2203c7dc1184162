namespace KdCluster.Tests.Errors;

public class SecretsTests
{
    [Theory]
    [InlineData("local", "local")]
    [InlineData("redis://host:6379/2", "redis://host:6379/2")]
    [InlineData("redis://user:secret@host", "redis://user:***@host")]
    [InlineData("redis://secret@host", "redis://***@host")]
    [InlineData("rediss://:s@cr:et@host:1/2", "rediss://:***@host:1/2")]
    [InlineData("redis://u:a/secret@host", "redis://u:***@host")]
    [InlineData("no answer from redis://:secret@host, twice; ask ops@example.com", "no answer from redis://:***@host, twice; ask ops@example.com")]
    [InlineData("host:6379,password=secret,ssl=true", "host:6379,password=***,ssl=true")]
    [InlineData("Bearer kdt_al.ice.secretsecretsecretsecret was sent", "Bearer kdt_al.ice.*** was sent")]
    [InlineData("a@b", "a@b")]
    [InlineData("", "")]
    public void What_is_secret_is_hidden(string text, string shown) => Assert.Equal(shown, Secrets.Hide(text));

    [Fact]
    public void Errors_hide_by_themselves()
    {
        KdException error = new("KD1401", "redis://:secret@h is away.", "redis://:secret@h");

        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", (error.Errors[0] with { What = Secrets.Hide("at redis://:secret@h") }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_takes_no_longer_than_its_length()
    {
        string text = string.Concat(Enumerable.Repeat("a://b:c", 50_000));

        Assert.Equal(text, Secrets.Hide(text));
        Assert.EndsWith("***@", Secrets.Hide(text + "@"), StringComparison.Ordinal);
    }
}
