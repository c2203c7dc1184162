using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Redis;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Redis;

/// <summary>What a server answers after the call was given up: the caller's memory is the caller's again.</summary>
public sealed class LateAnswerTests : IAsyncLifetime
{
    private const int Count = 20;
    private const byte Mark = 0xAA;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly SoftTargetSet _set = Rows.Set();
    private readonly FakeTimeProvider _time = new();
    private readonly List<KdError> _warnings = [];
    private readonly byte[] _rows = new byte[Count * Rows.Set().RowBytes];
    private readonly bool[] _found = new bool[Count];
    private RedisServer _server = null!;
    private LateProxy _proxy = null!;
    private RedisStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        if (RedisServer.Executable is null)
            return;
        _server = await RedisServer.StartAsync();
        _proxy = new LateProxy(_server.Port);
        _store = RedisStore.Open(_proxy.Address, _warnings.Add, _time);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        await _store.DisposeAsync();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [RedisFact]
    public async Task A_get_that_was_given_up_writes_no_row_that_comes_later()
    {
        using CancellationTokenSource caller = new();
        await Rows.PutAsync(_store, _set, 0, Count);
        _proxy.Hold("GETRANGE");
        Task<int> get = GetAsync(caller.Token);
        await _proxy.Held.WaitAsync(s_limit);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
        await AssertUnwrittenAsync();
        Assert.Empty(_warnings);
    }

    [RedisFact]
    public async Task A_get_whose_time_is_over_writes_no_row_that_comes_later()
    {
        await Rows.PutAsync(_store, _set, 0, Count);
        _proxy.Hold("GETRANGE");
        Task<int> get = GetAsync(CancellationToken.None);
        await _proxy.Held.WaitAsync(s_limit);

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(get.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(0, await get.WaitAsync(s_limit));
        await AssertUnwrittenAsync();
        Assert.Equal("KD1401", Assert.Single(_warnings).Code);
    }

    [RedisFact]
    public async Task A_put_that_was_given_up_keeps_no_row_that_was_written_later()
    {
        using CancellationTokenSource caller = new();
        await Rows.PutAsync(_store, Rows.Set(teacher: 'b'), 0, 1);
        byte[] rows = Rows.Bytes(_set, 0, Count);
        _proxy.Hold("HMGET");
        ValueTask put = _store.PutAsync(_set, Rows.Keys(0, Count), rows, caller.Token);
        await _proxy.Held.WaitAsync(s_limit);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await put);
        Array.Fill(rows, Mark);
        _proxy.Release();
        await Rows.PutAsync(_store, _set, Count, Count);
        Assert.Equal(Enumerable.Range(Count, Count), await Rows.FoundAsync(_store, _set, 0, 2 * Count));
    }

    /// <summary>A thread that waits for one silent server is missing for all else that the process does.</summary>
    [Fact]
    public async Task A_silent_server_holds_up_no_thread()
    {
        const int calls = 1000;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource caller = new();
        Task<RangeConnection> opening = RangeConnection.OpenAsync(AddressOf(listener), RedisTrust.Of(null), CancellationToken.None);
        using TcpClient silent = await listener.AcceptTcpClientAsync();
        await silent.GetStream().WriteAsync("+OK\r\n"u8.ToArray());
        using RangeConnection connection = await opening.WaitAsync(s_limit);

        long start = Stopwatch.GetTimestamp();
        Task[] asked = [.. Enumerable.Range(0, calls).Select(_ => connection.ExchangeAsync("x"u8.ToArray(), 1, new ReplyShape(1), (_, _) => Assert.Fail("nothing came"), caller.Token))];
        TimeSpan held = Stopwatch.GetElapsedTime(start);
        await caller.CancelAsync();
        await Task.WhenAll(asked.Select(a => Assert.ThrowsAnyAsync<OperationCanceledException>(() => a)));
        Assert.True(held < calls * TimeSpan.FromMilliseconds(2), $"{calls} calls held their caller up for {held}");
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("?\r\n")]
    [InlineData("$-1\r\n")]
    public async Task An_answer_that_is_none_is_refused_at_once(string answer)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<RangeConnection> opening = RangeConnection.OpenAsync(AddressOf(listener), RedisTrust.Of(null), CancellationToken.None);
        using TcpClient accepted = await listener.AcceptTcpClientAsync();
        await accepted.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));

        RedisRefusalException refusal = await Assert.ThrowsAsync<RedisRefusalException>(() => opening.WaitAsync(s_limit));
        Assert.Equal(answer.TrimEnd(), refusal.Reply);
    }

    private static RedisAddress AddressOf(TcpListener listener) => RedisAddress.Parse($"redis://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    private Task<int> GetAsync(CancellationToken cancellationToken) => _store.GetAsync(_set, Rows.Keys(0, Count), _rows, _found, cancellationToken).AsTask();

    /// <summary>The answer comes now; the connection is closed when all that was read of it has been handed over.</summary>
    private async Task AssertUnwrittenAsync()
    {
        Array.Fill(_rows, Mark);
        Array.Clear(_found);
        _proxy.Release();
        await _store.DisposeAsync();
        await _proxy.Left.WaitAsync(s_limit);
        Assert.DoesNotContain(_rows, b => b != Mark);
        Assert.DoesNotContain(true, _found);
    }
}
