namespace KdCluster.Cluster.Security;

/// <summary>One token as its file keeps it: enough to know it again, too little to make it.</summary>
internal sealed record TokenEntry
{
    /// <summary>Whose it is; a part of the token.</summary>
    public required string Id { get; init; }

    public required Role Role { get; init; }

    public required TokenHash Hash { get; init; }

    /// <summary>The one before a rotation, for as long as it is still taken.</summary>
    public RetiringHash? Before { get; init; }

    public TokenLimits Limits { get; init; } = new();

    public DateTimeOffset Created { get; init; }
}

/// <summary>SHA-256 over a salt and a token. A token is 256 random bits, which no list of likely ones holds: a slow hash would add nothing but time to every call.</summary>
internal sealed record TokenHash(byte[] Salt, byte[] Sha256);

/// <summary>The hash of a token that was replaced, and the time from which it is refused.</summary>
internal sealed record RetiringHash(TokenHash Hash, DateTimeOffset Until);
