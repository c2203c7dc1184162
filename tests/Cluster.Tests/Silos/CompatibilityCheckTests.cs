using System.Net;
using System.Net.Sockets;
using KdCluster.Cluster;
using KdCluster.Cluster.Silos;
using Microsoft.Extensions.Logging.Abstractions;

namespace KdCluster.Tests.Silos;

public class CompatibilityCheckTests
{
    [Fact]
    public async Task Redis_is_waited_for_two_minutes()
    {
        PausedTime time = new();
        await using CompatibilityCheck check = new(new KdClusterOptions { Redis = $"redis://127.0.0.1:{UnusedPort()}" }, time, NullLogger<CompatibilityCheck>.Instance);

        Task agreed = check.AgreeAsync(CancellationToken.None);
        await time.PausedAsync();
        time.Advance(TimeSpan.FromSeconds(118));
        await time.PausedAsync();
        Assert.False(agreed.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(3));

        KdException told = await Assert.ThrowsAsync<KdException>(() => agreed.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("KD1608", told.Code);
        Assert.StartsWith("Redis does not answer: ", told.Errors[0].What, StringComparison.Ordinal);
    }

    private static int UnusedPort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Tells when a pause has begun: time that goes on before would pass it by.</summary>
    private sealed class PausedTime : FakeTimeProvider
    {
        private readonly SemaphoreSlim _pauses = new(0);

        public async Task PausedAsync() => Assert.True(await _pauses.WaitAsync(TimeSpan.FromSeconds(60)), "nobody pauses");

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _pauses.Release();
            return timer;
        }
    }
}
