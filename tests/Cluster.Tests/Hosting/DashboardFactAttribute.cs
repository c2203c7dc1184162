using KdCluster.Tests.Redis;

namespace KdCluster.Tests.Hosting;

/// <summary>A test of Orleans' dashboard where the feed holds it, or of its absence where not.</summary>
internal sealed class DashboardFactAttribute : FactAttribute
{
    public DashboardFactAttribute(bool there)
    {
        bool polyfilled = typeof(Orleans.Dashboard.DashboardOptions).Assembly.GetName().Name!.StartsWith("KdCluster.Polyfills", StringComparison.Ordinal);
        Skip = there && polyfilled ? "Orleans' dashboard is not among this build's packages"
            : !there && !polyfilled ? "this build has Orleans' dashboard"
            : there && RedisServer.Executable is null ? "redis-server is not installed"
            : null!;
    }
}
