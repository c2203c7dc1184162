using System.Net.Http;
using System.Net.Sockets;
using Grpc.Core;

namespace KdCluster.Client.Connections;

/// <summary>Tells a silo that is gone from one that answers.</summary>
internal static class Faults
{
    /// <summary>Whether the connection failed rather than the call: another silo, or the same one later, may do better.</summary>
    public static bool IsTransport(RpcException e) => !e.CarriesErrors() && (e.StatusCode is StatusCode.Unavailable || Causes(e).Any(c => c is HttpRequestException or IOException));

    /// <summary>Whether the silo cannot have seen the call, because no connection came about.</summary>
    public static bool IsNeverSent(RpcException e) => Causes(e).Any(c =>
        c is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TryAgain }
        or HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError });

    private static IEnumerable<Exception> Causes(RpcException e)
    {
        for (Exception? cause = e.Status.DebugException ?? e.InnerException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
