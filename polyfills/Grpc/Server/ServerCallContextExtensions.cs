using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>From a call to its HTTP request.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>For a test double: the entry <c>__HttpContext</c> of its user state.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) => serverCallContext switch
    {
        null => throw new ArgumentNullException(nameof(serverCallContext)),
        HttpServerCallContext http => http.HttpContext,
        _ when serverCallContext.UserState.TryGetValue("__HttpContext", out var kept) && kept is HttpContext http => http,
        _ => throw new InvalidOperationException("Could not get HttpContext from ServerCallContext: it can only be got when the call is served over HTTP."),
    };
}
