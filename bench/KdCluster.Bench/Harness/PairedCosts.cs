namespace KdCluster.Bench;

/// <summary>The costs of pairs.</summary>
/// <param name="Pairs">In the order of measuring.</param>
internal sealed record PairedCosts(IReadOnlyList<(Cost Work, Cost Reference)> Pairs)
{
    /// <summary>Processor time of the work over that of its reference.</summary>
    public Interval Processor => Interval.Of([.. Pairs.Select(p => p.Work.Processor / p.Reference.Processor)]);

    /// <summary>Wall time of the work over that of its reference.</summary>
    public Interval Wall => Interval.Of([.. Pairs.Select(p => p.Work.Wall / p.Reference.Wall)]);

    /// <summary>Processor time of the reference over that of the work: what of the reference's rate is left.</summary>
    public Interval ProcessorRate => Interval.Of([.. Pairs.Select(p => p.Reference.Processor / p.Work.Processor)]);

    /// <summary>Wall time of the reference over that of the work.</summary>
    public Interval WallRate => Interval.Of([.. Pairs.Select(p => p.Reference.Wall / p.Work.Wall)]);

    /// <summary>Processor time of one part of the work, in milliseconds.</summary>
    /// <param name="parts">How many parts the work had.</param>
    public double WorkMilliseconds(int parts) => Interval.Of([.. Pairs.Select(p => p.Work.Processor * 1000 / parts)]).Median;

    /// <summary>Processor time of one part of the reference, in milliseconds.</summary>
    public double ReferenceMilliseconds(int parts) => Interval.Of([.. Pairs.Select(p => p.Reference.Processor * 1000 / parts)]).Median;
}
