namespace KdCluster.Telemetry;

/// <summary>Upper bounds of histograms.</summary>
public static class MetricBuckets
{
    /// <summary>Seconds of work that takes from a tenth of a millisecond to minutes.</summary>
    public static IReadOnlyList<double> Seconds { get; } = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

    /// <summary>Rows of a batch.</summary>
    public static IReadOnlyList<double> Rows { get; } = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
}
