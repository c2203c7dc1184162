using System.Runtime.CompilerServices;
using Grpc.Core;
using KdCluster.Client.Connections;
using KdCluster.V1;

namespace KdCluster.Client;

/// <summary>One run, by its id. The run does not need this object.</summary>
public sealed class RunHandle
{
    private readonly KdClient _client;

    internal RunHandle(KdClient client, string id) => (_client, Id) = (client, id);

    /// <summary>The run's id.</summary>
    public string Id { get; }

    /// <summary>How one of its students weighs its teachers.</summary>
    /// <param name="variant">The weighting's kind; null: the recipe's own.</param>
    /// <param name="seed">The student's seed; null: the first.</param>
    public WeightingHandle Weighting(string? variant = null, long? seed = null) => new(_client, Id, variant, seed);

    private RunId Key => new() { Id = Id };

    private static bool IsOver(Run run) => run.State is RunState.Succeeded or RunState.Failed or RunState.Cancelled or RunState.Interrupted;

    /// <summary>
    /// Sends the run now, and again whenever it changes, until it ends. A connection that breaks is made again, over all addresses: the run as it then stands comes next.
    /// </summary>
    /// <param name="cancellationToken">Stops watching; the run continues.</param>
    /// <exception cref="KdException"><c>KD1501</c>: no such run; <c>KD1601</c>: no silo could be reached for <see cref="KdClientOptions.WatchTimeout"/>.</exception>
    public async IAsyncEnumerable<Run> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        KdClientOptions options = _client.Options;
        long? lost = null;
        int failures = 0;
        bool over = false;
        while (!over)
        {
            using AsyncServerStreamingCall<Run> call = _client.Runs.Watch(Key, cancellationToken: cancellationToken);
            IAsyncStreamReader<Run> stream = call.ResponseStream;
            while (true)
            {
                RpcException? broken = null;
                bool more = false;
                try
                {
                    more = await stream.MoveNext(cancellationToken).ConfigureAwait(false);
                }
                catch (RpcException e) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException("watching was cancelled.", e, cancellationToken);
                }
                catch (RpcException e) when (Faults.IsTransport(e))
                {
                    broken = e;
                }
                catch (RpcException e)
                {
                    throw e.ToKd(_client.Address);
                }

                if (more)
                {
                    (lost, failures) = (null, 0);
                    over = IsOver(stream.Current);
                    yield return stream.Current;
                    continue;
                }

                if (over)
                {
                    break;
                }

                // Broken, or ended by a silo that is going down.
                lost ??= options.Time.GetTimestamp();
                if (options.Time.GetElapsedTime(lost.Value) >= options.WatchTimeout)
                {
                    throw broken?.ToKd(_client.Address) ?? new KdException("KD1601", "the silo ended the watch before the run ended.", _client.Address, "Watch again, or ask another silo.");
                }

                TimeSpan pause = TimeSpan.FromMilliseconds(Math.Min(1000, 50 << Math.Min(5, failures++)));
                await Task.Delay(pause, options.Time, cancellationToken).ConfigureAwait(false);
                break;
            }
        }
    }

    /// <summary>Waits until the run ends.</summary>
    /// <exception cref="KdException">The run's own errors when it failed.</exception>
    public async Task<Run> ResultAsync(CancellationToken cancellationToken = default)
    {
        Run? last = null;
        await foreach (Run run in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            last = run;
        }

        if (last is null)
        {
            throw new KdException("KD1601", "the silo ended the watch without the state of the run.", _client.Address);
        }

        return last.State == RunState.Failed && last.Errors.Count > 0 ? throw new KdException([.. last.Errors.Select(e => e.ToError())]) : last;
    }

    /// <summary>The run now.</summary>
    public Task<Run> GetAsync(CancellationToken cancellationToken = default) =>
        _client.CallAsync(async () => await _client.Runs.GetAsync(Key, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>Stops the run at its next step; checkpoints are kept.</summary>
    public Task<Run> CancelAsync(CancellationToken cancellationToken = default) =>
        _client.CallAsync(async () => await _client.Runs.CancelAsync(Key, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>Goes on from the last checkpoints.</summary>
    public Task<Run> ResumeAsync(CancellationToken cancellationToken = default) =>
        _client.CallAsync(async () => await _client.Runs.ResumeAsync(Key, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>The report of a run that has ended.</summary>
    public Task<RunReport> ReportAsync(CancellationToken cancellationToken = default) =>
        _client.CallAsync(async () => await _client.Runs.ReportAsync(Key, cancellationToken: cancellationToken).ConfigureAwait(false));
}
