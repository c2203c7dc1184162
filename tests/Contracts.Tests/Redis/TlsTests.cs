using System.Net.Security;
using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

/// <summary>A real redis-server that speaks TLS only.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [RedisFact]
    public async Task ACertificateOfAnAuthorityThatIsAccepted()
    {
        await using var server = await StartAsync("127.0.0.1");
        var asked = new List<SslPolicyErrors>();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(Options(server, _authority, asked));
        var value = new byte[16 << 20];
        new Random(4).NextBytes(value);
        await connection.GetDatabase().StringSetAsync("secret", value);
        var back = (byte[]?)await connection.GetDatabase().StringGetAsync("secret");
        Assert.True(value.AsSpan().SequenceEqual(back));
        // The machine does not know the authority, and says so to whoever decides.
        Assert.All(asked, errors => Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, errors));
        Assert.NotEmpty(asked);
    }

    [RedisFact]
    public async Task ManyInFlight_ComeBackInOrder()
    {
        await using var server = await StartAsync("127.0.0.1");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(Options(server, _authority));
        var database = connection.GetDatabase();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(() => Task.WhenAll(Enumerable.Range(0, 500).Select(i =>
        {
            _ = database.StringSetAsync($"tls:{caller}:{i}", i, flags: CommandFlags.FireAndForget);
            return database.StringGetAsync($"tls:{caller}:{i}");
        })))));
        Assert.All(answers, values => Assert.Equal(Enumerable.Range(0, 500), values.Select(value => (int)value)));
    }

    [RedisFact]
    public async Task AnotherAuthority_IsRefusedAndNamed()
    {
        await using var server = await StartAsync("127.0.0.1");
        using var other = new TestAuthority("another authority");
        AssertRefused(await RefusalAsync(Options(server, other)));
    }

    [RedisFact]
    public async Task TheMachinesAuthorities_AreAskedWhenNobodyDecides()
    {
        await using var server = await StartAsync("127.0.0.1");
        AssertRefused(await RefusalAsync(Quick(server)));
    }

    [RedisFact]
    public async Task ACertificateForAnotherName_IsRefused()
    {
        await using var server = await StartAsync("elsewhere.example");
        var asked = new List<SslPolicyErrors>();
        AssertRefused(await RefusalAsync(Options(server, _authority, asked)));
        Assert.All(asked, errors => Assert.True(errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)));
        var named = Options(server, _authority);
        named.SslHost = "elsewhere.example";
        await using var connection = await ConnectionMultiplexer.ConnectAsync(named);
        Assert.True(await connection.GetDatabase().StringSetAsync("named", 1));
    }

    [RedisFact]
    public async Task KilledServer_IsFoundAgain()
    {
        await using var server = await StartAsync("127.0.0.1");
        var options = Options(server, _authority);
        (options.SyncTimeout, options.ReconnectRetryPolicy) = (20_000, new LinearRetry(100));
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var down = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionFailed += (_, args) => _ = args.ConnectionType == ConnectionType.Interactive && down.TrySetResult();
        Assert.True(await connection.GetDatabase().StringSetAsync("before", 1));
        await server.KillAsync();
        await down.Task.WaitAsync(_patience);
        var waiting = connection.GetDatabase().StringSetAsync("after", 2);
        await server.StartAgainAsync();
        Assert.True(await waiting.WaitAsync(_patience));
    }

    [RedisFact]
    public async Task OneSideWithoutTls_FailsInTime()
    {
        await using var secret = await StartAsync("127.0.0.1");
        var plain = Quick(secret);
        plain.Ssl = false;
        Assert.NotEqual(ConnectionFailureType.None, (await RefusalAsync(plain)).FailureType);
        await using var open = await RedisServerProcess.StartAsync();
        Assert.NotEqual(ConnectionFailureType.None, (await RefusalAsync(Quick(open))).FailureType);
    }

    private async Task<RedisServerProcess> StartAsync(string name)
    {
        var (certificate, key) = _authority.Sign(name);
        return await RedisServerProcess.StartTlsAsync(certificate, key);
    }

    private static ConfigurationOptions Quick(RedisServerProcess server)
        => new() { EndPoints = { server.EndPoint }, Ssl = true, ConnectRetry = 1, ConnectTimeout = 2000 };

    private static ConfigurationOptions Options(RedisServerProcess server, TestAuthority authority, List<SslPolicyErrors>? asked = null)
    {
        var options = Quick(server);
        options.ConnectTimeout = 10_000;
        options.CertificateValidation += (_, certificate, _, errors) =>
        {
            lock (authority)
            {
                asked?.Add(errors);
            }

            return authority.Vouches(certificate, errors);
        };
        return options;
    }

    private static Task<RedisConnectionException> RefusalAsync(ConfigurationOptions options)
        => Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(options).WaitAsync(_patience));

    private static void AssertRefused(RedisConnectionException failure)
    {
        Assert.Equal(ConnectionFailureType.AuthenticationFailure, failure.FailureType);
        Assert.Contains("certificate", failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
