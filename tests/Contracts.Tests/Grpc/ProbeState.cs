using System.Collections.Concurrent;

namespace KdCluster.Tests.GrpcWire;

/// <summary>What the service saw, for tests to await.</summary>
public sealed class ProbeState
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _events = new();
    private long _sent;

    /// <summary>Messages that a streaming method has handed over so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public void CountSent() => Interlocked.Increment(ref _sent);

    public void Raise(string name, string value = "") => Source(name).TrySetResult(value);

    public Task<string> Seen(string name) => Source(name).Task.WaitAsync(TimeSpan.FromSeconds(20));

    private TaskCompletionSource<string> Source(string name)
        => _events.GetOrAdd(name, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
