using System.Reflection;

namespace Orleans.Calls;

/// <summary>A method that answers with a stream.</summary>
internal sealed class StreamMethod<T>(MethodInfo method) : GrainMethod(method, method.GetParameters())
{
    private readonly Func<object, object?[], IAsyncEnumerable<T>> _open = Compile<IAsyncEnumerable<T>>(method, call => call);

    /// <summary>What fetches the next items: the enumeration goes on between other calls of the grain.</summary>
    public EnumerationMethod<List<T>> Fetch { get; } =
        new(method, static (_, arguments) => ((GrainEnumeration<T>)arguments[0]!).NextAsync((CancellationToken)arguments[1]!));

    public EnumerationMethod<Nothing> Close { get; } = new(method, static (_, arguments) => ((GrainEnumeration<T>)arguments[0]!).CloseAsync());

    public IAsyncEnumerable<T> Open(object grain, object?[] arguments) => _open(grain, arguments);
}

/// <summary>An internal call; its arguments are the enumeration on the grain's side and a token.</summary>
internal sealed class EnumerationMethod<T> : GrainMethod<T>
{
    public EnumerationMethod(MethodInfo method, Func<object, object?[], ValueTask<T>> invoke)
        : base(method, invoke)
    {
        AlwaysInterleave = true;
        Internal = true;
        ResponseTimeout = Timeout.InfiniteTimeSpan;
        CancellationIndex = 1;
    }
}
