using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Redis;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Redis;

/// <summary>A store over <c>rediss://</c>, in a redis-server that speaks TLS only.</summary>
public sealed class RedisTlsTests : IDisposable
{
    private readonly SoftTargetSet _set = Rows.Set();
    private readonly List<KdError> _warnings = [];
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [RedisFact]
    public async Task Rows_go_and_come_back()
    {
        await using RedisServer server = await StartAsync("127.0.0.1", "--requirepass", "open sesame");
        string address = Address(server, _authority, user: ":open%20sesame@");
        await using RedisStore first = Open(address), second = Open(address);
        for (int i = 0; i < 3000; i += 500)
            await Rows.PutAsync(first, _set, i, 500);
        // More than one TLS record holds, so that replies come in pieces.
        Assert.Equal(3000, (await Rows.FoundAsync(second, _set, 0, 3000)).Count);
        SoftTargetSet wide = Rows.Set(width: 9000, teacher: 'w');
        await Rows.PutAsync(first, wide, 0, 20);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => Assert.Equal(20, (await Rows.FoundAsync(second, wide, 0, 20)).Count)));
        Assert.Equal(3000, await first.ClearAsync(_set.Teacher, default));
        Assert.Empty(_warnings);
        Assert.Equal($"rediss://127.0.0.1:{server.Port}/2", first.Id);
    }

    [RedisFact]
    public async Task Another_authority_is_refused_and_the_run_goes_on()
    {
        await using RedisServer server = await StartAsync("127.0.0.1");
        using var other = new TestAuthority("another authority");
        await AssertRefusedAsync(Address(server, other), "not trusted (");
    }

    [RedisFact]
    public async Task Without_a_file_the_machines_authorities_decide()
    {
        await using RedisServer server = await StartAsync("127.0.0.1");
        await AssertRefusedAsync($"rediss://127.0.0.1:{server.Port}", "?ca=FILE");
    }

    [RedisFact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        await using RedisServer server = await StartAsync("elsewhere.example");
        await AssertRefusedAsync(Address(server, _authority), "another name");
    }

    [RedisFact]
    public async Task A_side_without_tls_is_a_store_that_is_down()
    {
        await using RedisServer secret = await StartAsync("127.0.0.1"), plain = await RedisServer.StartAsync();
        await AssertRefusedAsync($"redis://127.0.0.1:{secret.Port}", "");
        _warnings.Clear();
        await AssertRefusedAsync(Address(plain, _authority), "");
    }

    [Theory]
    [InlineData("redis://h?ca=x")]
    [InlineData("rediss://u:topsecret@h?ca=")]
    [InlineData("rediss://u:topsecret@h?ca=a&b=c")]
    [InlineData("rediss://u:topsecret@h?key=a")]
    [InlineData("rediss://u:topsecret@h?ca=/nowhere/ca.pem")]
    [InlineData("rediss://u:topsecret@h?ca=/dev/null")]
    public void A_bad_file_is_refused_at_once(string address)
    {
        KdException refused = Assert.Throws<KdException>(() => StoreFactory.Open(address, "/tmp", _ => { }, TimeProvider.System));
        Assert.Equal("KD1404", refused.Code);
        Assert.DoesNotContain("secret", refused.Message);
    }

    private RedisStore Open(string address) => RedisStore.Open(address, _warnings.Add, TimeProvider.System);

    private async Task<RedisServer> StartAsync(string name, params string[] options)
    {
        (string certificate, string key) = _authority.Sign(name);
        return await RedisServer.StartTlsAsync(Write("server.pem", certificate), Write("server.key", key), options);
    }

    private string Address(RedisServer server, TestAuthority authority, string user = "") =>
        $"rediss://{user}127.0.0.1:{server.Port}/2?ca={Uri.EscapeDataString(Write("ca.pem", authority.Pem))}";

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task AssertRefusedAsync(string address, string why)
    {
        await using RedisStore store = Open(address);
        await Rows.PutAsync(store, _set, 0, 5);
        Assert.Empty(await Rows.FoundAsync(store, _set, 0, 5));
        KdError warning = Assert.Single(_warnings);
        Assert.Equal("KD1401", warning.Code);
        Assert.Contains(why, warning.What);
        KdException refused = await Assert.ThrowsAsync<KdException>(() => store.FlushAsync(default));
        Assert.Contains(why, refused.Message);
    }
}
