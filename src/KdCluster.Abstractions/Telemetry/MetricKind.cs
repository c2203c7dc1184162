namespace KdCluster.Telemetry;

/// <summary>What a metric's numbers are.</summary>
public enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A number as it is now.</summary>
    Gauge,

    /// <summary>How many measurements fell into which range, and their sum.</summary>
    Histogram,
}
