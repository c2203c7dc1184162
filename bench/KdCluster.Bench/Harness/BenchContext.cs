namespace KdCluster.Bench;

/// <summary>What a bench may use.</summary>
/// <param name="Pairs">Pairs to measure.</param>
/// <param name="Steps">Steps of the memory bench.</param>
/// <param name="Folder">A folder of its own, empty at the start and deleted at the end.</param>
/// <param name="Time">The clock.</param>
internal sealed record BenchContext(int Pairs, int Steps, string Folder, TimeProvider Time)
{
    /// <summary>Pairs are thrown away for so long before each comparison. Default: 3 s.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Of the time that simulated work usually takes, how much is simulated: less than 1 only where it is looked at whether a bench runs, and not what it measures.</summary>
    public double Simulated { get; init; } = 1;

    /// <summary>A comparison within a share of the bench's minute.</summary>
    /// <param name="shares">How many comparisons the bench makes.</param>
    public PairedTiming Timing(int shares) => new(Pairs, TimeSpan.FromSeconds(48.0 / shares), WarmUp, Time);
}
