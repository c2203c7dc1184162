namespace KdCluster;

/// <summary>Carries every mistake found, so that all are mended in one go.</summary>
public sealed class KdException : Exception
{
    /// <summary>Reports one mistake.</summary>
    public KdException(string code, string what, string? where = null, string? remedy = null, Exception? inner = null)
        : this([new KdError(code, what, where, remedy)], inner)
    {
    }

    /// <summary>Reports several mistakes at once.</summary>
    /// <param name="errors">At least one.</param>
    /// <param name="inner">The cause, when another exception was it.</param>
    public KdException(IReadOnlyList<KdError> errors, Exception? inner = null)
        : base(string.Join(Environment.NewLine, errors), inner) => Errors = errors;

    /// <summary>What is wrong, in the order in which it was found.</summary>
    public IReadOnlyList<KdError> Errors { get; }

    /// <summary>After how long asking again may do; null when it is of no use, or not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The first error's code.</summary>
    public string Code => Errors[0].Code;
}
