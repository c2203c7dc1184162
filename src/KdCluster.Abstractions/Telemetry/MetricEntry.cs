namespace KdCluster.Telemetry;

/// <summary>One metric, as it is measured and as the operator's page lists it.</summary>
/// <param name="Name">Dotted.</param>
/// <param name="Kind">What its numbers are.</param>
/// <param name="Unit">UCUM: <c>s</c>, <c>By</c>, <c>1</c>, or a thing that is counted in braces, <c>{row}</c>.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Attributes">The keys that its measurements carry; the values of each are few.</param>
public sealed record MetricEntry(string Name, MetricKind Kind, string Unit, string Description, params string[] Attributes)
{
    /// <summary>A histogram's upper bounds, ascending, in its unit; empty for the other kinds.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];
}
