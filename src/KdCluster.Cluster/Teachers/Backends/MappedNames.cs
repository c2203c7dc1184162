namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What a deployment says of a model's inputs or outputs, checked.</summary>
internal static class MappedNames
{
    /// <summary>From the model's names to ours.</summary>
    /// <param name="names">From ours to the model's.</param>
    /// <param name="what"><c>input</c> or <c>output</c>.</param>
    /// <param name="ours">Those that may be mapped, for people.</param>
    /// <param name="isOurs">Whether a name may.</param>
    /// <param name="theirs">All that the model has.</param>
    /// <param name="where">The model's file.</param>
    /// <param name="errors">Takes <c>KD1243</c> for every name that there is not, here or in the model, and for every one that is mapped twice.</param>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string>? names, string what, string ours, Func<string, bool> isOurs, IReadOnlyCollection<string> theirs, string where, List<KdError> errors)
    {
        Dictionary<string, string> mapped = new(StringComparer.Ordinal);
        foreach ((string own, string source) in (names ?? new Dictionary<string, string>()).OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            if (!isOurs(own))
            {
                Refuse($"no {what} is called {own} here", $"Map {ours}.");
            }

            if (!theirs.Contains(source))
            {
                Refuse($"the model has no {what} {source}", $"It has {string.Join(", ", theirs)}.");
            }
            else if (!mapped.TryAdd(source, own))
            {
                Refuse($"the model's {what} {source} is mapped twice, to {mapped[source]} and to {own}", "Map it once.");
            }
        }

        return mapped;

        void Refuse(string why, string fix) => errors.Add(new KdError("KD1243", $"{why}.", where, fix));
    }
}
