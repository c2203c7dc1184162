using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Reads a stream without a token, or with <c>await foreach</c>.</summary>
public static class AsyncStreamReaderExtensions
{
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
        => streamReader.MoveNext(CancellationToken.None);

    public static IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return Messages(streamReader, cancellationToken);
    }

    private static async IAsyncEnumerable<T> Messages<T>(IAsyncStreamReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await reader.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            yield return reader.Current;
        }
    }
}
