namespace KdCluster.Chaos;

/// <summary>What a silo's process holds between two runs.</summary>
/// <param name="Memory">Resident, bytes.</param>
/// <param name="Descriptors">Open files and connections.</param>
/// <param name="Grains">Activations, by the silo's own metric.</param>
internal sealed record ChaosHoldings(double Memory, double Descriptors, double Grains)
{
    /// <summary>The middle of each, so that one look at a bad moment does not count.</summary>
    public static ChaosHoldings Middle(IReadOnlyCollection<ChaosHoldings> looks)
    {
        return new ChaosHoldings(Of(l => l.Memory), Of(l => l.Descriptors), Of(l => l.Grains));

        double Of(Func<ChaosHoldings, double> what) => looks.Select(what).Order().ElementAt(looks.Count / 2);
    }
}
