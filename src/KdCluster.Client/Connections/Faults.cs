using System.Net.Http;
using Grpc.Core;

namespace KdCluster.Client.Connections;

/// <summary>Tells a silo that is gone from one that answers.</summary>
internal static class Faults
{
    /// <summary>Whether the connection failed rather than the call: another silo, or the same one later, may do better.</summary>
    public static bool IsTransport(RpcException e) => !e.CarriesErrors() && (e.StatusCode is StatusCode.Unavailable || Causes(e).Any(c => c is HttpRequestException or IOException));

    private static IEnumerable<Exception> Causes(RpcException e)
    {
        for (Exception? cause = e.Status.DebugException ?? e.InnerException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
