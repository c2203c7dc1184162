using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace KdCluster.Cluster.Security;

/// <summary>Tells who calls by the token that he shows, and refuses a call before a byte of its message is read.</summary>
internal sealed class TokenAuthentication(AccessControl access, ILogger<AccessControl> log, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "KdClusterToken";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        access.Identify(Request.Headers.Authorization) is not { } caller ? AuthenticateResult.Fail("the token is none")
        : ReferenceEquals(caller, Caller.Nobody) ? AuthenticateResult.NoResult()
        : AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Name), Name)));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => RefuseAsync();

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => RefuseAsync();

    private Task RefuseAsync()
    {
        Caller? caller = access.Identify(Request.Headers.Authorization);
        string path = Request.Path.Value ?? "";
        // The tokens may have changed in between: then it is as if this one had been refused.
        KdError refusal = access.Refusal(RolePolicies.Least(Context.GetEndpoint()), path, caller) ?? AccessControl.WrongToken(path);
        log.CallRefused(refusal.Code, path, caller is null ? "a wrong token" : caller.Id.Length == 0 ? "someone without a token" : caller.Id, Context.Peer());
        if (Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            GrpcAnswer.Write(Response, refusal);
            return Task.CompletedTask;
        }

        Response.StatusCode = refusal.Code == "KD1801" ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        Response.Headers.WWWAuthenticate = refusal.Code == "KD1801" ? new StringValues(["Bearer", "Basic realm=\"KdCluster: a token as the password\""]) : default;
        return Response.WriteAsync(refusal + "\n");
    }
}
