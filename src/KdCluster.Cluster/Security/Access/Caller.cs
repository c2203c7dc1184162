using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace KdCluster.Cluster.Security;

/// <summary>Who makes a call.</summary>
/// <param name="Id">The token's id; empty for someone whom nobody asked for a token.</param>
/// <param name="Role">What he may do.</param>
/// <param name="Limits">How much of it.</param>
internal sealed record Caller(string Id, Role Role, TokenLimits Limits)
{
    /// <summary>A silo without tokens lets everyone do everything.</summary>
    public static Caller Anyone { get; } = new("", Role.Operator, new TokenLimits());

    /// <summary>Someone without a token, or with one that is none.</summary>
    public static Caller Nobody { get; } = new("", Role.None, new TokenLimits());

    /// <summary>Who makes a request that was let in.</summary>
    public static Caller Of(HttpContext http) => Of(http.User);

    /// <summary>Whom a principal stands for.</summary>
    public static Caller Of(ClaimsPrincipal user) => (user as Principal)?.Caller ?? Nobody;

    /// <summary>As the framework's authentication knows him.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new Principal(this, scheme);

    private sealed class Principal(Caller caller, string scheme) : ClaimsPrincipal(new ClaimsIdentity(caller.Id.Length > 0 ? [new Claim(ClaimTypes.Name, caller.Id)] : [], scheme))
    {
        public Caller Caller => caller;
    }
}
