using KdCluster.Cluster.Security;
using KdCluster.Cluster.Silos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace KdCluster.Cluster.Hosting;

/// <summary>
/// Orleans' own dashboard, on a separate port since browsers do not speak HTTP/2 in the clear. Its grains live on any silo, so all silos of a cluster have it or
/// none. Behind the operator's role (<see cref="RolePolicies"/>).
/// </summary>
internal static class DashboardPages
{
    public const string Path = "/dashboard";

    /// <summary>The state of a grain may hold a recipe with the address of a store, and in it a password.</summary>
    private const string GrainState = "/GrainState";

    public static void UseKdDashboard(this ISiloBuilder silo, KdClusterOptions options)
    {
        if (options.Dashboard is null)
        {
            return;
        }

        // No trace: the log goes where the log goes.
        silo.AddDashboard(o => o.HideTrace = true);
    }

    public static void MapKdDashboard(this IEndpointRouteBuilder app, KdClusterOptions options)
    {
        if (options.Dashboard is { } url)
        {
            app.MapOrleansDashboard(Path).RequireAuthorization(nameof(Role.Operator)).AddEndpointFilter((context, next) => AnswerAsync(context, next, new Uri(url).Port));
        }
    }

    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, int port)
    {
        HttpContext http = context.HttpContext;
        if (http.Connection.LocalPort != port || http.Request.Path.Value!.EndsWith(GrainState, StringComparison.OrdinalIgnoreCase))
        {
            return Results.NotFound();
        }

        string[] without = Without(http.RequestServices);
        return without.Length == 0
            ? await next(context)
            : Results.Text(
                new KdError("KD1614", "some silos of this cluster have no dashboard, but its grains may be on any silo.", string.Join(", ", without), "Give every silo the setting dashboard.") + "\n",
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static string[] Without(IServiceProvider services)
    {
        ISiloMetadataCache metadata = services.GetRequiredService<ISiloMetadataCache>();
        return [.. services.GetRequiredService<ISiloStatusOracle>().GetActiveSilos().Where(s => !Has(s)).Select(s => s.ToParsableString())];

        bool Has(SiloAddress silo) => metadata.GetSiloMetadata(silo).Metadata.ContainsKey(SiloMetadataKeys.Dashboard);
    }
}
