using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace KdCluster.Cluster.Security;

/// <summary>A call whose message could not be read as what its method takes. It reaches no method, so that none can say so.</summary>
internal sealed class UnreadMessage
{
    private static readonly UnreadMessage s_read = new();
    private static readonly string s_unknown = ((int)StatusCode.Unknown).ToString(CultureInfo.InvariantCulture);

    /// <summary>Notes that a call has reached its method.</summary>
    public static void MarkRead(HttpContext http) => http.Features.Set(s_read);

    /// <summary>What to answer; null when the call reached its method, or went another way.</summary>
    public static KdError? Of(HttpContext http) =>
        !http.Response.HasStarted && http.Response.Headers["grpc-status"] == s_unknown && http.Features.Get<UnreadMessage>() is null ? Error(http.Request.Path) : null;

    public static KdError Error(string? method) =>
        new("KD1810", "the message is not a valid request of this method.", method, "Do client and silo have the same version of the protocol?");
}
