namespace KdCluster;

/// <summary>One thing that is wrong, in the words of the person who can mend it. Passwords and tokens in them are hidden (<see cref="Secrets"/>).</summary>
/// <param name="Code">Stable code such as <c>KD1103</c>; listed in <c>docs/errors.md</c>.</param>
/// <param name="What">What is wrong, one sentence.</param>
/// <param name="Where">Where: file and line, recipe key, teacher, instance or endpoint; null when there is no place.</param>
/// <param name="Remedy">What to do about it, one sentence; null when the sentence before says it.</param>
public sealed record KdError(string Code, string What, string? Where = null, string? Remedy = null)
{
    /// <inheritdoc cref="KdError(string, string, string?, string?)" path="/param[@name='What']"/>
    public string What { get; init; } = Secrets.Hide(What);

    /// <inheritdoc cref="KdError(string, string, string?, string?)" path="/param[@name='Where']"/>
    public string? Where { get; init; } = Where is null ? null : Secrets.Hide(Where);

    /// <summary>The line a person reads: <c>KD1103 at train.tsv:17: what. remedy</c>.</summary>
    public override string ToString()
    {
        string place = Where is null ? "" : $" at {Where}";
        string remedy = Remedy is null ? "" : $" {Remedy}";
        return $"{Code}{place}: {What}{remedy}";
    }
}
