using System.Collections.Concurrent;
using System.Threading.Channels;

namespace KdCluster.Tests.OrleansRuntime;

/// <summary>How grains and tests meet: what a grain says is awaited by its test, and a test lets a grain go on.</summary>
public sealed class Probe
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Channel<object?>> _said = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();

    public void Say(string topic, object? what = null) => About(topic).Writer.TryWrite(what);

    public async Task<object?> Next(string topic)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await About(topic).Reader.ReadAsync(limit.Token);
    }

    public bool SaidNothing(string topic) => !About(topic).Reader.TryPeek(out _);

    public int Count(string topic) => About(topic).Reader.Count;

    public Task Gate(string name) => GateOf(name).Task.WaitAsync(Patience);

    public void Open(string name) => GateOf(name).TrySetResult();

    private Channel<object?> About(string topic) => _said.GetOrAdd(topic, _ => Channel.CreateUnbounded<object?>());

    private TaskCompletionSource GateOf(string name) => _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
