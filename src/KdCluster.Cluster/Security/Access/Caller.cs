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

    /// <summary>Someone without a token.</summary>
    public static Caller Nobody { get; } = new("", Role.None, new TokenLimits());

    /// <summary>Who makes a request that was let in.</summary>
    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Nobody;
}
