namespace KdCluster;

/// <summary>One or more errors with codes. It has every mistake that was found, so that all can be corrected together.</summary>
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

    /// <summary>Time after which a retry may succeed; null when it will not succeed, or the time is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The first error's code.</summary>
    public string Code => Errors[0].Code;
}
