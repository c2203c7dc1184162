using System.Runtime.CompilerServices;

namespace KdCluster.Tests;

/// <summary>A test by Prometheus' own tool.</summary>
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = ("promtool is not installed", typeof(PromtoolFactAttribute), nameof(PromtoolFactAttribute.IsInstalled));

    public static bool IsInstalled => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, "promtool")));
}
