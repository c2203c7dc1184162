using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Cluster.Security;

/// <summary>
/// One policy per role, of the role's name. Every method and page says whom it is for, by <c>[Authorize(nameof(Role.X))]</c> or <c>[AllowAnonymous]</c>; what says
/// nothing, or does not exist, is for nobody.
/// </summary>
internal static class RolePolicies
{
    public static void Add(IServiceCollection services)
    {
        services.AddAuthorization(options =>
        {
            foreach (Role role in (Role[])[Role.Observer, Role.Client, Role.Operator])
                options.AddPolicy(role.ToString(), p => p.AddRequirements(new Requirement(role)));
            options.FallbackPolicy = new AuthorizationPolicyBuilder().AddRequirements(new Requirement(null)).Build();
        });
        services.AddSingleton<IAuthorizationHandler, Handler>();
    }

    /// <summary>The least role for an endpoint; null: it is for nobody.</summary>
    public static Role? Least(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null ? Role.None
        : endpoint?.Metadata.GetMetadata<IAuthorizeData>()?.Policy is { } policy ? Enum.Parse<Role>(policy)
        : null;

    private sealed record Requirement(Role? Least) : IAuthorizationRequirement;

    private sealed class Handler(AccessControl access) : AuthorizationHandler<Requirement>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Requirement requirement)
        {
            if (access.Refusal(requirement.Least, "", Caller.Of(context.User)) is null)
                context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }
}
