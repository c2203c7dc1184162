namespace KdCluster.Grains;

/// <summary>A list of names that outlives the silo. Key: what is listed, <see cref="Teachers"/> or <see cref="Runs"/>.</summary>
[Alias("kd.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>Key of the catalogue of deployed teachers.</summary>
    const string Teachers = "teachers";

    /// <summary>Key of the catalogue of runs.</summary>
    const string Runs = "runs";

    /// <summary>Key of the catalogue of runs that have not ended.</summary>
    const string ActiveRuns = "active-runs";

    /// <summary>Adds a name; one that is there stays where it is.</summary>
    [Alias("Add")] Task AddAsync(string name);

    /// <summary>Removes a name.</summary>
    [Alias("Remove")] Task RemoveAsync(string name);

    /// <summary>All names, in the order in which they were added.</summary>
    [Alias("List")] Task<string[]> ListAsync();
}
