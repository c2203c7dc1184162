using StackExchange.Redis.Wire;

namespace StackExchange.Redis.Commands;

/// <summary>Replies as the types that methods return.</summary>
internal static class Replies
{
    public static RedisValue Value(RespReply reply) => reply.Value;

    public static long Long(RespReply reply) => (long)reply.Value;

    /// <summary>1 or OK; a null is a condition that did not hold.</summary>
    public static bool Flag(RespReply reply) => reply.Kind switch
    {
        RespKind.Integer => reply.Number == 1,
        RespKind.Simple => true,
        _ => reply.IsNull ? false : throw new InvalidCastException("The reply is neither a number nor OK."),
    };

    public static bool Ok(RespReply reply) => reply.Kind == RespKind.Simple ? true : throw new InvalidCastException("The reply is not OK.");

    public static RedisValue[] Values(RespReply reply) => Array.ConvertAll(Items(reply), item => item.Value);

    public static HashEntry[] HashEntries(RespReply reply)
    {
        var items = Items(reply);
        var entries = new HashEntry[items.Length / 2];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new HashEntry(items[2 * i].Value, items[(2 * i) + 1].Value);
        }

        return entries;
    }

    /// <summary>Cursor and page of a SCAN.</summary>
    public static (long Cursor, RespReply Page) Page(RespReply reply)
    {
        var items = Items(reply);
        return ((long)items[0].Value, items[1]);
    }

    public static RedisResult Result(RespReply reply) => RedisResult.From(reply);

    private static RespReply[] Items(RespReply reply) => reply.Kind == RespKind.Array ? reply.Items ?? [] : throw new InvalidCastException("The reply is not an array.");
}
