using System.Collections.Concurrent;
using System.Net.Sockets;

namespace KdCluster.SoftTargets.Redis;

/// <summary>Connections for range reads, as many as there are reads at the same time.</summary>
internal sealed class RangePool(RedisAddress address, RedisTrust trust, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private readonly ConcurrentBag<RangeConnection> _idle = [];
    private volatile bool _disposed;

    /// <summary>
    /// Does one round. A connection that broke while it was idle is replaced and the round done again, so a reply may be handed over twice; once the task has
    /// ended, however it did, none is.
    /// </summary>
    /// <exception cref="IOException">The server could not be reached or refused.</exception>
    /// <exception cref="TimeoutException">It did not answer within 2 s.</exception>
    public async Task ReadAsync(RangeRequests requests, ReplyHandler reply, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (_idle.TryTake(out RangeConnection? idle) && await TryReadAsync(idle, requests, reply, either.Token).ConfigureAwait(false))
                return;
            RangeConnection fresh = await RangeConnection.OpenAsync(address, trust, either.Token).ConfigureAwait(false);
            await ReadAsync(fresh, requests, reply, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("the server did not answer in time", e);
        }
    }

    private async Task<bool> TryReadAsync(RangeConnection connection, RangeRequests requests, ReplyHandler reply, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(connection, requests, reply, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            Clear();   // what broke one has probably broken all
            return false;
        }
    }

    private async Task ReadAsync(RangeConnection connection, RangeRequests requests, ReplyHandler reply, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExchangeAsync(requests.Bytes, requests.Count, requests.Reply, reply, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        _idle.Add(connection);
        if (_disposed)
            Clear();
    }

    public void Dispose()
    {
        _disposed = true;
        Clear();
    }

    private void Clear()
    {
        while (_idle.TryTake(out RangeConnection? connection))
            connection.Dispose();
    }
}
