using KdCluster.Silos;

namespace KdCluster.Grains;

/// <summary>Where silos tell how they stand and read how the others do. Kept in memory: a board that is lost is full again a second later. Key: <see cref="Key"/>.</summary>
[Alias("kd.IBoardGrain")]
public interface IBoardGrain : IGrainWithStringKey
{
    /// <summary>The one board's key.</summary>
    const string Key = "board";

    /// <summary>Tells how a silo stands. Answers what all have told in the last seconds, itself among them.</summary>
    [Alias("Report")] Task<SiloState[]> ReportAsync(SiloState silo);
}
