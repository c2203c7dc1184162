namespace KdCluster.Tests;

/// <summary>A test by Prometheus' own tool.</summary>
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute() => Skip = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, "promtool"))) ? null! : "promtool is not installed";
}
