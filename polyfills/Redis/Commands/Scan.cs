using System.Runtime.CompilerServices;
using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Commands;

/// <summary>Walks a cursor, page by page; the next page is asked for when the last one is used up.</summary>
internal static class Scan
{
    public static RedisValue[] Options(RedisValue pattern, int pageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        return pattern.IsNullOrEmpty || pattern == "*" ? ["COUNT", pageSize] : ["MATCH", pattern, "COUNT", pageSize];
    }

    public static async IAsyncEnumerable<T> Run<T>(
        Func<long, Task<(long Cursor, RespReply Page)>> next, Func<RespReply, T[]> items, long cursor, int pageOffset, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            (cursor, var page) = await next(cursor).ConfigureAwait(false);
            foreach (var item in items(page).Skip(pageOffset))
            {
                yield return item;
            }

            pageOffset = 0;
        }
        while (cursor != 0);
    }
}
