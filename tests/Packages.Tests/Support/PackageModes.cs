using System.Reflection;

namespace KdCluster.Tests;

/// <summary>Which packages this run stands on, seen from the assemblies themselves.</summary>
internal static class PackageModes
{
    public static bool IsPolyfill(Assembly assembly) => assembly.GetName().Name!.StartsWith("KdCluster.Polyfills.", StringComparison.Ordinal);

    /// <summary>Long versions of tests run with KD_LONG=1.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("KD_LONG") == "1";
}
