using Grpc.Core;

namespace KdCluster.Client.Connections;

/// <summary>The attempts at one call: over the addresses in turn, a pause after each round, until one answers or patience is over.</summary>
internal sealed class Attempts(SiloChannels silos, KdClientOptions options, string method, CallOptions call)
{
    private readonly long _since = options.Time.GetTimestamp();
    private int _failed;

    /// <summary>The silo to ask.</summary>
    public SiloChannel Silo { get; private set; } = silos.Current;

    /// <summary>Leaves the silo after a failure, and pauses when all have failed.</summary>
    /// <returns>Whether to ask again.</returns>
    public async ValueTask<bool> AgainAsync(RpcException failure)
    {
        if (!Faults.IsTransport(failure) || call.CancellationToken.IsCancellationRequested)
        {
            return false;
        }

        Silo = silos.Leave(Silo);
        TimeSpan left = options.RetryTimeout - options.Time.GetElapsedTime(_since);
        if (left <= TimeSpan.Zero || call.Deadline <= options.Time.GetUtcNow().UtcDateTime || !CallRules.Repeatable(method))
        {
            return false;
        }

        if (++_failed % silos.Count == 0)
        {
            TimeSpan pause = TimeSpan.FromMilliseconds(Math.Min(1000, 50 << Math.Min(5, _failed / silos.Count)));
            await Task.Delay(pause < left ? pause : left, options.Time, call.CancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
