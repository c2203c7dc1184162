using Microsoft.AspNetCore.Routing;
using Orleans.Hosting;

namespace Orleans.Dashboard;

public sealed class DashboardOptions
{
    public bool HideTrace { get; set; }
}

/// <summary>Is there, so that one program compiles against both; a silo that is told to serve a dashboard then refuses to start.</summary>
public static class ServiceCollectionExtensions
{
    public static ISiloBuilder AddDashboard(this ISiloBuilder siloBuilder, Action<DashboardOptions>? configureOptions = null)
    {
        configureOptions?.Invoke(new DashboardOptions());
        throw Absent();
    }

    public static RouteGroupBuilder MapOrleansDashboard(this IEndpointRouteBuilder endpoints, string? routePrefix = null) => throw Absent();

    private static PlatformNotSupportedException Absent() => new("this build has no Microsoft.Orleans.Dashboard.");
}
