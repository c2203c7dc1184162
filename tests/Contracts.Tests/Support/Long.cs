namespace KdCluster.Tests;

/// <summary>Long versions of tests run with KD_LONG=1.</summary>
internal static class Long
{
    public static bool IsLong => Environment.GetEnvironmentVariable("KD_LONG") == "1";
}
