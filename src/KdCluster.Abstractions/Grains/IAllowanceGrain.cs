namespace KdCluster.Grains;

/// <summary>How many runs the holder of one API token has under way. Key: the token's id.</summary>
[Alias("kd.IAllowanceGrain")]
public interface IAllowanceGrain : IGrainWithStringKey
{
    /// <summary>Takes a place for a run that is about to begin; null when all are taken.</summary>
    /// <param name="run">Its id, when it is known: asking again for a run that counts already takes no second place.</param>
    /// <param name="most">Runs that may be under way.</param>
    /// <param name="validFor">How long the place is held for a run that does not become known.</param>
    [Alias("Reserve")] Task<Guid?> ReserveAsync(string run, int most, TimeSpan validFor);

    /// <summary>Gives the place to a run that has begun; it counts until it ends.</summary>
    [Alias("Keep")] Task KeepAsync(Guid place, string run);

    /// <summary>Gives a place back; one that a run has is not touched.</summary>
    [Alias("Release")] Task ReleaseAsync(Guid place);
}
