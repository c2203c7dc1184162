namespace KdCluster.Runs;

/// <summary>A <see cref="KdError"/> that travels between grains.</summary>
[GenerateSerializer, Immutable, Alias("kd.ErrorRecord")]
public sealed record ErrorRecord([property: Id(0)] string Code, [property: Id(1)] string What, [property: Id(2)] string? Where, [property: Id(3)] string? Remedy)
{
    /// <summary>The error it carries.</summary>
    public KdError ToError() => new(Code, What, Where, Remedy);

    /// <summary>Carries every error of an exception; a failure of the file system becomes <c>KD1620</c> or <c>KD1798</c>, another that has no code <c>KD1599</c>.</summary>
    public static ErrorRecord[] From(Exception exception) => exception is KdException coded
        ? [.. coded.Errors.Select(From)]
        : FileErrors.Of(exception) is { } file ? [From(file)]
        : [new("KD1599", $"unexpected {exception.GetType().Name}: {exception.Message}", null, "This is a defect of KdCluster; the silo's log has the stack.")];

    /// <summary>Carries one error.</summary>
    public static ErrorRecord From(KdError error) => new(error.Code, error.What, error.Where, error.Remedy);
}
