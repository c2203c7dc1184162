using System.Net;
using System.Net.Sockets;
using KdCluster.Cluster;
using KdCluster.Cluster.Silos;
using Microsoft.Extensions.Logging;

namespace KdCluster.Tests.Silos;

public class CompatibilityCheckTests
{
    [Fact]
    public async Task Redis_is_waited_for_two_minutes()
    {
        FakeTimeProvider time = new();
        Waits waits = new();
        await using CompatibilityCheck check = new(new KdClusterOptions { Redis = $"redis://127.0.0.1:{UnusedPort()}" }, time, waits);

        Task agreed = check.AgreeAsync(CancellationToken.None);
        await waits.NextAsync();
        time.Advance(TimeSpan.FromSeconds(118));
        await waits.NextAsync();
        Assert.False(agreed.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(3));

        KdException told = await Assert.ThrowsAsync<KdException>(() => agreed);
        Assert.Equal("KD1608", told.Code);
        Assert.StartsWith("Redis does not answer: ", told.Errors[0].What, StringComparison.Ordinal);
    }

    private static int UnusedPort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Hears each time that it is said that Redis is waited for.</summary>
    private sealed class Waits : ILogger<CompatibilityCheck>
    {
        private readonly SemaphoreSlim _said = new(0);

        public async Task NextAsync() => Assert.True(await _said.WaitAsync(TimeSpan.FromSeconds(60)), "no word of waiting");

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _said.Release();
    }
}
