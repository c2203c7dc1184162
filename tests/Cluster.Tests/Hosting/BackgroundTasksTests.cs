using KdCluster.Cluster;
using Microsoft.Extensions.Logging;

namespace KdCluster.Tests.Hosting;

public sealed class BackgroundTasksTests : ILogger
{
    private readonly TaskCompletionSource<(string Message, Exception? Exception)> _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_fault_that_nobody_waits_for_is_logged_with_what_the_work_was()
    {
        TaskCompletionSource work = new();
        work.Task.LogFaults(this, "closing a connection");
        work.SetException(new IOException("it is gone"));

        (string message, Exception? exception) = await _logged.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("closing a connection failed", message);
        Assert.Equal("it is gone", Assert.IsType<IOException>(exception).Message);
    }

    [Fact]
    public void What_was_cancelled_or_went_well_tells_nothing()
    {
        Task.FromCanceled(new CancellationToken(true)).LogFaults(this, "closing a connection");
        Task.CompletedTask.LogFaults(this, "closing a connection");

        // Continuations of a task that has ended run at once.
        Assert.False(_logged.Task.IsCompleted);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _logged.TrySetResult((formatter(state, exception), exception));
}
