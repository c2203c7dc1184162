using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

/// <summary>Servers that die, hang, refuse or are not there.</summary>
public sealed class FailureTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [RedisFact]
    public async Task KilledServer_FailsWhatIsInFlight_AndLaterCommandsWork()
    {
        await using var server = await RedisServerProcess.StartAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(Quick(server));
        var failed = new TaskCompletionSource<ConnectionFailedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        var restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionFailed += (_, args) => _ = args.ConnectionType == ConnectionType.Interactive && failed.TrySetResult(args);
        connection.ConnectionRestored += (_, args) => _ = args.ConnectionType == ConnectionType.Interactive && restored.TrySetResult();
        var database = connection.GetDatabase(2);
        await database.StringSetAsync("before", 1);

        await database.ExecuteAsync("CLIENT", "PAUSE", "60000");
        var inFlight = Enumerable.Range(0, 100).Select(_ => database.StringGetAsync("before")).ToArray();
        await server.KillAsync();
        foreach (var command in inFlight)
        {
            var failure = await Assert.ThrowsAsync<RedisConnectionException>(() => command.WaitAsync(_patience));
            Assert.NotEmpty(failure.Message);
        }

        Assert.NotEqual(ConnectionFailureType.None, (await failed.Task.WaitAsync(_patience)).FailureType);
        await server.StartAgainAsync();
        await restored.Task.WaitAsync(_patience);
        Assert.True(await UntilItWorksAsync(() => database.StringSetAsync("after", 2)));
        Assert.Equal(2, (int)await database.StringGetAsync("after"));
        Assert.True(connection.IsConnected);
        Assert.False(await connection.GetDatabase(0).KeyExistsAsync("after"));
    }

    [RedisFact]
    public async Task CommandsWhileDown_WaitForTheServer()
    {
        await using var server = await RedisServerProcess.StartAsync();
        var options = Quick(server);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var down = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnceDown(connection, down);
        await server.KillAsync();
        await down.Task.WaitAsync(_patience);
        var waiting = connection.GetDatabase().StringSetAsync("patient", 1);
        await server.StartAgainAsync();
        Assert.True(await waiting.WaitAsync(_patience));
    }

    [RedisFact]
    public async Task CommandsWhileDown_FailWhenTheirTimeIsUp()
    {
        await using var server = await RedisServerProcess.StartAsync();
        var options = Quick(server);
        (options.AsyncTimeout, options.SyncTimeout) = (500, 500);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var down = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnceDown(connection, down);
        await server.KillAsync();
        await down.Task.WaitAsync(_patience);
        var failure = await Record.ExceptionAsync(() => connection.GetDatabase().StringGetAsync("never").WaitAsync(_patience));
        Assert.True(failure is RedisConnectionException or RedisTimeoutException, $"{failure}");
        Assert.False(connection.IsConnected);
    }

    [RedisFact]
    public async Task Timeout_SaysWhatWasWaiting()
    {
        await using var server = await RedisServerProcess.StartAsync();
        var options = Quick(server);
        (options.AsyncTimeout, options.SyncTimeout) = (300, 300);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var database = connection.GetDatabase();
        await database.ExecuteAsync("CLIENT", "PAUSE", "3000", "ALL");
        var failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => database.StringGetAsync("slow").WaitAsync(_patience));
        Assert.Contains("GET", failure.Message);
        Assert.Contains("imeout", failure.Message);
        var sync = Assert.Throws<RedisTimeoutException>(() => database.HashGet("slow", "field"));
        Assert.Contains("HGET", sync.Message);
        Assert.IsAssignableFrom<TimeoutException>(sync);
        // The late replies must not be taken for those of later commands.
        Assert.Equal("late", await UntilItWorksAsync(async () => (string?)await database.ScriptEvaluateAsync("return 'late'")));
    }

    [RedisFact]
    public async Task Password_IsAskedFor()
    {
        await using var server = await RedisServerProcess.StartAsync("--requirepass", "open sesame");
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { server.EndPoint }, Password = "open sesame" }))
        {
            Assert.True(await connection.GetDatabase().StringSetAsync("in", 1));
        }

        var wrong = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(server.EndPoint + ",password=wrong,connectRetry=1,connectTimeout=1000"));
        Assert.Contains("authentication", wrong.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("open sesame", wrong.ToString());
    }

    [RedisFact]
    public async Task Acl_DeniesOneCommandAndNotTheConnection()
    {
        await using var server = await RedisServerProcess.StartAsync("--user", "reader", "on", ">pw", "~*", "+@read", "+@connection", "+info", "-hgetall");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.EndPoint + ",user=reader,password=pw");
        var database = connection.GetDatabase();
        var denied = await Assert.ThrowsAsync<RedisServerException>(() => database.StringSetAsync("key", 1));
        Assert.StartsWith("NOPERM", denied.Message);
        await Assert.ThrowsAsync<RedisServerException>(() => database.HashGetAllAsync("key"));
        Assert.True((await database.StringGetAsync("key")).IsNull);
        Assert.True(connection.IsConnected);
    }

    [Fact]
    public async Task NobodyThere_IsAnErrorOrAConnectionToCome()
    {
        using var refusing = new Socket(SocketType.Stream, ProtocolType.Tcp);
        refusing.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = refusing.LocalEndPoint + ",connectTimeout=300,connectRetry=1";
        var failure = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(address).WaitAsync(_patience));
        Assert.Contains("not possible to connect", failure.Message);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(address + ",abortConnect=false,asyncTimeout=300").WaitAsync(_patience);
        Assert.False(connection.IsConnected);
        var command = await Record.ExceptionAsync(() => connection.GetDatabase().StringGetAsync("x").WaitAsync(_patience));
        Assert.True(command is RedisConnectionException or RedisTimeoutException, $"{command}");
    }

    [RedisFact]
    public async Task Close_LetsCommandsFinish_ThenRefuses()
    {
        await using var server = await RedisServerProcess.StartAsync();
        var connection = await ConnectionMultiplexer.ConnectAsync(server.EndPoint);
        var database = connection.GetDatabase();
        var last = Enumerable.Range(0, 1000).Select(i => database.StringSetAsync($"last:{i}", i)).ToArray();
        await connection.CloseAsync();
        Assert.All(await Task.WhenAll(last), Assert.True);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.StringGetAsync("last:1"));
        Assert.Throws<ObjectDisposedException>(() => database.StringGet("last:1"));
        await connection.DisposeAsync();
    }

    private static ConfigurationOptions Quick(RedisServerProcess server) => new()
    {
        EndPoints = { server.EndPoint },
        AllowAdmin = true,
        SyncTimeout = 20_000,
        ReconnectRetryPolicy = new LinearRetry(100),
    };

    /// <summary>Counts only the connection that carries commands.</summary>
    private static void OnceDown(ConnectionMultiplexer connection, TaskCompletionSource down)
        => connection.ConnectionFailed += (_, args) => _ = args.ConnectionType == ConnectionType.Interactive && down.TrySetResult();

    /// <summary>Tries again while the connection is coming back.</summary>
    private static async Task<T> UntilItWorksAsync<T>(Func<Task<T>> command)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (true)
        {
            try
            {
                return await command();
            }
            catch (Exception exception) when (exception is RedisConnectionException or RedisTimeoutException && !patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }
}
