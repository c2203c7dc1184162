using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Security;

/// <summary>Answers a call whose message cannot be read in our words: it reaches no method, so that none can say so.</summary>
internal sealed class UnreadMessageMiddleware(RequestDelegate next, ILogger<UnreadMessageMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (UnreadMessage.Of(http) is { } unread)
        {
            log.MessageUnread(unread.Code, http.Request.Path.Value ?? "", Caller.Of(http).Id is { Length: > 0 } id ? id : "someone without a token", http.Peer());
            GrpcAnswer.Write(http.Response, unread);
        }
    }
}
