namespace KdCluster.Cluster.Security;

/// <summary>The tokens that a silo knows.</summary>
internal sealed class TokenBook(IReadOnlyList<TokenEntry> entries)
{
    private const int LongestToken = 256;

    // What an unknown id is compared with, so that the answer's time does not tell which ids exist.
    private static readonly TokenHash s_nobody = TokenText.Create("nobody").Hash;
    private readonly Dictionary<string, TokenEntry> _byId = entries.ToDictionary(e => e.Id, StringComparer.Ordinal);

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<TokenEntry> Entries { get; } = entries;

    /// <summary>Who holds a token; null when nobody does.</summary>
    public TokenEntry? Find(string token, DateTimeOffset now)
    {
        if (token.Length > LongestToken || TokenText.IdOf(token) is not { } id)
        {
            return null;
        }

        TokenEntry? entry = _byId.GetValueOrDefault(id);
        bool known = TokenText.Matches(token, entry?.Hash ?? s_nobody);
        bool retiring = TokenText.Matches(token, entry?.Before?.Hash ?? s_nobody) && entry?.Before?.Until > now;
        return known || retiring ? entry : null;
    }
}
