using System.Collections.Concurrent;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>The contexts of the runs that this silo works on; each is made once, by whoever asks first, and dropped when its run ends.</summary>
internal sealed class RunContexts(RunContextFactory factory) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<RunContext>>> _contexts = new();

    /// <exception cref="KdException">Data, labels, tokenizers or teachers do not fit; every mistake of one kind at once.</exception>
    public async Task<RunContext> GetAsync(string run, string recipe, Func<string, Task> activity, CancellationToken cancellationToken)
    {
        Lazy<Task<RunContext>> lazy = _contexts.GetOrAdd(run, _ => new Lazy<Task<RunContext>>(
            () => factory.CreateAsync(RecipeReader.Read(recipe, run), run, activity, cancellationToken)));
        try
        {
            return await lazy.Value;
        }
        catch
        {
            _contexts.TryRemove(new KeyValuePair<string, Lazy<Task<RunContext>>>(run, lazy));
            throw;
        }
    }

    /// <summary>Runs that this silo holds data of.</summary>
    public int Count => _contexts.Count;

    public async Task ReleaseAsync(string run)
    {
        if (_contexts.TryRemove(run, out Lazy<Task<RunContext>>? lazy) && lazy.Value.IsCompletedSuccessfully)
        {
            await lazy.Value.Result.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string run in _contexts.Keys)
        {
            await ReleaseAsync(run);
        }
    }
}
