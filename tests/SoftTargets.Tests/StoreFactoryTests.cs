using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Redis;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests;

public sealed class StoreFactoryTests
{
    [Fact]
    public async Task Local_and_none_open_and_are_told_apart_by_their_id()
    {
        using var home = new TempFolder();
        await using ISoftTargetStore local = StoreFactory.Open("local", home.Path, _ => { }, TimeProvider.System), none = StoreFactory.Open("none", home.Path, _ => { }, TimeProvider.System);
        Assert.IsType<LocalStore>(local);
        Assert.StartsWith("local:", local.Id);
        Assert.Equal("", none.Id);
        await Rows.PutAsync(none, Rows.Set(), 0, 3);
        Assert.Empty(await Rows.FoundAsync(none, Rows.Set(), 0, 3));
        Assert.True(Directory.Exists(Path.Combine(home.Path, "soft-targets")));
    }

    [Theory]
    [InlineData("redis://h", "redis://h:6379/0", null, null)]
    [InlineData("rediss://me:p%40ss%3Aw@h:7000/3", "rediss://h:7000/3", "me", "p@ss:w")]
    [InlineData("redis://:secret@127.0.0.1/2", "redis://127.0.0.1:6379/2", null, "secret")]
    [InlineData("redis://secret@h", "redis://h:6379/0", null, "secret")]
    [InlineData("redis://[::1]:6380", "redis://[::1]:6380/0", null, null)]
    public void Addresses_are_read(string text, string id, string? user, string? password)
    {
        RedisAddress address = RedisAddress.Parse(text);
        Assert.Equal((id, user, password), (address.Id, address.User, address.Password));
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("redis://")]
    [InlineData("redis://u:topsecret@h/x")]
    [InlineData("redis://u:topsecret@h:99999")]
    [InlineData("redis://u:top#secret@h")]
    [InlineData("redis://u:topsecret@h/0?x=1")]
    public void A_bad_address_is_refused_without_repeating_secrets(string text)
    {
        KdException refused = Assert.Throws<KdException>(() => StoreFactory.Open(text, "/tmp", _ => { }, TimeProvider.System));
        Assert.Equal("KD1404", refused.Code);
        Assert.DoesNotContain("secret", refused.Message);
    }
}
