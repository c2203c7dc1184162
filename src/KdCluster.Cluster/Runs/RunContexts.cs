using KdCluster.Recipes;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// The contexts of the runs that this silo works on. Each is made once, for the first caller, and shared; it is dropped when its run has ended and nobody uses it, or when
/// nobody has used it for a while, since the word that a run has ended can be lost with the silo that sends it.
/// </summary>
internal sealed class RunContexts : IAsyncDisposable
{
    private static readonly TimeSpan s_unused = TimeSpan.FromMinutes(5), s_look = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Shared> _contexts = [];
    private readonly RunContextFactory _factory;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public RunContexts(RunContextFactory factory, TimeProvider time, ILogger<RunContexts> log)
    {
        (_factory, _time) = (factory, time);
        _timer = time.CreateTimer(
            _ => DropAsync(c => c.Holders == 0 && time.GetElapsedTime(c.Since) > s_unused).LogFaults(log, "letting go of what runs left"), null, s_look, s_look);
    }

    /// <summary>Runs that this silo holds data of.</summary>
    public int Count
    {
        get
        {
            lock (_contexts)
            {
                return _contexts.Count;
            }
        }
    }

    /// <summary>A run's context, for as long as what is returned is not disposed. Making it is given up when nobody waits for it any more.</summary>
    /// <exception cref="KdException">Data, labels, tokenizers or teachers do not fit; every mistake of one kind at once.</exception>
    public async Task<Use> UseAsync(string run, string recipe, Func<string, Task> activity, CancellationToken cancellationToken)
    {
        Shared shared;
        lock (_contexts)
        {
            if (!_contexts.TryGetValue(run, out shared!))
            {
                CancellationTokenSource stop = new();
                _contexts[run] = shared = new Shared(run, stop, Task.Run(() => _factory.CreateAsync(RecipeReader.Read(recipe, run), run, activity, stop.Token), CancellationToken.None));
            }

            shared.Holders++;
            shared.Ended = false;
        }

        Use use = new(this, shared);
        try
        {
            await shared.Making.WaitAsync(cancellationToken);
            return use;
        }
        catch
        {
            await use.DisposeAsync();
            throw;
        }
    }

    /// <summary>The run has ended.</summary>
    public Task ReleaseAsync(string run)
    {
        lock (_contexts)
        {
            if (_contexts.TryGetValue(run, out Shared? shared))
            {
                shared.Ended = true;
            }
        }

        return DropAsync(c => c.Holders == 0 && c.Ended);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await DropAsync(_ => true);
    }

    private async ValueTask LeaveAsync(Shared shared)
    {
        lock (_contexts)
        {
            shared.Holders--;
            shared.Since = _time.GetTimestamp();
        }

        // One that could not be made is made again by whoever asks next.
        await DropAsync(c => c.Holders == 0 && (c.Ended || !c.Making.IsCompletedSuccessfully));
    }

    private async Task DropAsync(Func<Shared, bool> which)
    {
        Shared[] dropped;
        lock (_contexts)
        {
            dropped = [.. _contexts.Values.Where(which)];
            Array.ForEach(dropped, c => _contexts.Remove(c.Run));
        }

        foreach (Shared shared in dropped)
        {
            await shared.Stop.CancelAsync();
            await ((Task)shared.Making).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (shared.Making.IsCompletedSuccessfully)
            {
                await shared.Making.Result.DisposeAsync();
            }

            shared.Stop.Dispose();
        }
    }

    /// <summary>One user of a context.</summary>
    internal sealed class Use(RunContexts owner, Shared shared) : IAsyncDisposable
    {
        public RunContext Context => shared.Making.Result;

        public ValueTask DisposeAsync() => owner.LeaveAsync(shared);
    }

    internal sealed class Shared(string run, CancellationTokenSource stop, Task<RunContext> making)
    {
        public string Run => run;

        public CancellationTokenSource Stop => stop;

        public Task<RunContext> Making => making;

        public int Holders { get; set; }

        public bool Ended { get; set; }

        /// <summary>When it was used last.</summary>
        public long Since { get; set; }
    }
}
