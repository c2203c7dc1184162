using KdCluster.Silos;

namespace KdCluster.Grains;

/// <summary>Where silos tell how they stand and read how the others do. Kept in memory: a board that is lost is full again a second later. Key: <see cref="Key"/>.</summary>
[Alias("kd.IBoardGrain")]
public interface IBoardGrain : IGrainWithStringKey
{
    /// <summary>The one board's key.</summary>
    const string Key = "board";

    /// <summary>Reports the status of a silo. Returns what all silos reported in the last seconds, including this one.</summary>
    [Alias("Report")] Task<SiloState[]> ReportAsync(SiloState silo);

    /// <summary>The teacher silo with most room for a model, which is kept for it until that silo tells of the model itself, or half a minute has passed.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="bytes">The model's weights; 0: not known.</param>
    /// <param name="kind">The kind of device that it must be on; empty: any.</param>
    /// <param name="others">Silos that are not to be chosen, Orleans' addresses: those that hold it already.</param>
    /// <returns>Orleans' address; null where no silo on the board fits.</returns>
    [Alias("Reserve")] Task<string?> ReserveAsync(string teacher, long bytes, string kind, string[] others);
}
