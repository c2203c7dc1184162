using Grpc.Core;
using KdCluster.Client;
using KdCluster.Runs;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Services;

/// <summary>Turns what a service method throws into what a client can read.</summary>
internal static class ErrorMapping
{
    public static async Task<T> CallAsync<T>(ILogger log, ServerCallContext context, Func<Task<T>> body)
    {
        try
        {
            return await body();
        }
        catch (Exception e) when (Translate(log, context, e) is { } rpc)
        {
            throw rpc;
        }
    }

    public static Task StreamAsync(ILogger log, ServerCallContext context, Func<Task> body) => CallAsync(log, context, async () =>
    {
        await body();
        return true;
    });

    /// <summary>A stream to a caller that lasts: when the silo stops it ends as UNAVAILABLE, and the caller continues elsewhere.</summary>
    /// <param name="log">Where failures are logged.</param>
    /// <param name="context">The call.</param>
    /// <param name="stopping">The silo stops.</param>
    /// <param name="body">Gives up with its token.</param>
    public static Task StreamAsync(ILogger log, ServerCallContext context, CancellationToken stopping, Func<CancellationToken, Task> body) => StreamAsync(log, context, async () =>
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        try
        {
            await body(end.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the silo is stopping: ask another, or again."));
        }
    });

    private static RpcException? Translate(ILogger log, ServerCallContext context, Exception exception)
    {
        switch (exception)
        {
            case RpcException:
                return null;
            case KdException coded:
                return coded.ToRpc();
            // A stream whose caller goes away ends in an I/O error of the server's reader.
            case OperationCanceledException or IOException when context.CancellationToken.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Cancelled, "the caller gave up."));
            default:
                log.CallFailed(context.Method, exception);
                return new KdException(KdError.From(exception), exception).ToRpc();
        }
    }
}
