namespace KdCluster;

/// <summary>One thing that is wrong, in words for the person who can correct it. Passwords and tokens in it are hidden (<see cref="Secrets"/>).</summary>
/// <param name="Code">Stable code such as <c>KD1103</c>; listed in <c>docs/errors.md</c>.</param>
/// <param name="What">What is wrong, one sentence.</param>
/// <param name="Where">Where: file and line, recipe key, teacher, instance or endpoint; null when there is no place.</param>
/// <param name="Remedy">What to do about it, one sentence; null when the sentence before says it.</param>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Immutable, Alias("kd.Error")]
public sealed record KdError([property: Id(0)] string Code, string What, string? Where = null, [property: Id(3)] string? Remedy = null)
{
    /// <inheritdoc cref="KdError(string, string, string?, string?)" path="/param[@name='What']"/>
    [Id(1)]
    public string What { get; init; } = Secrets.Hide(What);

    /// <inheritdoc cref="KdError(string, string, string?, string?)" path="/param[@name='Where']"/>
    [Id(2)]
    public string? Where { get; init; } = Where is null ? null : Secrets.Hide(Where);

    /// <summary>The line a person reads: <c>KD1103 at train.tsv:17: what. remedy</c>.</summary>
    public override string ToString()
    {
        string place = Where is null ? "" : $" at {Where}";
        string remedy = Remedy is null ? "" : $" {Remedy}";
        return $"{Code}{place}: {What}{remedy}";
    }

    /// <summary>The errors of an exception: all errors of a <see cref="KdException"/>; <c>KD1620</c> or <c>KD1798</c> for a failure of the file system, <c>KD1599</c> for another that has no code.</summary>
    public static KdError[] From(Exception exception) => exception is KdException coded
        ? [.. coded.Errors]
        : FileErrors.Of(exception) is { } file ? [file]
        : [new("KD1599", $"unexpected {exception.GetType().Name}: {exception.Message}", null, "This is a bug in KdCluster; the silo's log has the stack.")];
}
